using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>An x86 that enters long mode: the first 2 MiB as they are, for users too, a task, and a <see cref="FaultLog"/>.</summary>
internal static class LongModeRig
{
    public const uint Main = 0x8000;
    public const int UserData = 0x1b;
    public const int UserCode = 0x23;

    /// <summary>Physical address of the only page directory.</summary>
    public const uint PageDirectory = Tables + 0x2000;

    public const uint Tables = 0x1000;
    public const uint Gdt = 0x6000;
    public const uint Stack = 0x7000;
    public const uint InterruptStack = 0x6c00;

    private const uint Task = 0x6400;
    private const uint Idt = 0x9000;
    private const int TaskSelector = 0x28;
    private const int TaskLength = 104;

    /// <param name="main">64-bit code, with flat segments, a stack and interrupts off.</param>
    /// <param name="more">More of it, at other addresses.</param>
    public static X86Rig Start(Action<Assembler> main, params (uint Address, Action<Assembler> Code)[] more)
    {
        var rig = new X86Rig(Enter, X86Model.X64);
        Quad(rig, Gdt + 8, 0x0020_9a00_0000_0000); // 64-bit code
        Quad(rig, Gdt + 0x10, 0x0000_9200_0000_0000); // data
        Quad(rig, Gdt + 0x18, 0x0000_f200_0000_0000); // a user's
        Quad(rig, Gdt + 0x20, 0x0020_fa00_0000_0000); // a user's
        Quad(rig, Gdt + TaskSelector, (TaskLength - 1) | (ulong)Task << 16 | 0x8900ul << 32);
        Quad(rig, Gdt + 0x80, (ulong)Gdt << 16 | 0x7f);
        Quad(rig, Idt + 0x800, (ulong)Idt << 16 | 0x7ff);
        Quad(rig, Task + 4, Stack);
        Quad(rig, Task + 36, InterruptStack);
        Quad(rig, Tables, (Tables + 0x1000) | 7);
        Quad(rig, Tables + 0x1000, (Tables + 0x2000) | 7);
        Quad(rig, PageDirectory, 0x87); // 2 MiB
        FaultLog.Install(rig, 64);
        for (var vector = 0; vector < 32; vector++)
        {
            Gate(rig, vector, FaultLog.HandlerOf(vector));
        }

        rig.Put(Main, code => Begin(code, main), 64);
        foreach (var (address, code) in more)
        {
            rig.Put(address, code, 64);
        }

        return rig;
    }

    public static void Quad(X86Rig rig, uint address, ulong value) =>
        rig.Machine.Memory.Write(address, BitConverter.GetBytes(value));

    /// <summary>An interrupt gate.</summary>
    public static void Gate(X86Rig rig, int vector, uint handler, int stack = 0, uint type = 0x8e00)
    {
        var gate = Idt + (uint)vector * 16;
        Quad(rig, gate, (handler & 0xffff) | 8u << 16 | (ulong)(type | (uint)stack) << 32 | (ulong)(handler >> 16) << 48);
        Quad(rig, gate + 8, 0);
    }

    private static void Enter(Assembler code)
    {
        code.lgdt(__[(int)Gdt + 0x80]);
        code.mov(eax, 0x20);
        code.mov(cr4, eax);
        code.mov(eax, Tables);
        code.mov(cr3, eax);
        code.mov(ecx, 0xc000_0080);
        code.rdmsr();
        code.or(eax, 0x100);
        code.wrmsr();
        code.mov(eax, 0x8000_0011);
        code.mov(cr0, eax);
        code.db(0xea, 0x00, 0x80, 8, 0); // jmp 8:Main
    }

    private static void Begin(Assembler code, Action<Assembler> main)
    {
        code.mov(eax, 0x10);
        code.mov(ss, ax);
        code.mov(ds, ax);
        code.mov(rsp, (ulong)Stack);
        code.lidt(__[(long)Idt + 0x800]);
        code.mov(eax, TaskSelector);
        code.ltr(ax);
        main(code);
    }
}
