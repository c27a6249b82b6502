using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>An x86 in 32-bit protected mode without paging: flat segments, two tasks, and a <see cref="FaultLog"/>.</summary>
internal static class ProtectedRig
{
    public const uint Main = 0x8100;
    public const int UserCode = 0x1b;
    public const int UserData = 0x23;
    public const int OtherTask = 0x30;
    public const uint Stack = 0x7000;
    public const uint Task = 0x6400;

    /// <summary>Where the other task's state is; a test fills it.</summary>
    public const uint OtherTaskState = 0x6500;

    private const uint Gdt = 0x6000;
    private const uint Idt = 0x9000;
    private const uint Begin = 0x8000;
    private const int TaskSelector = 0x28;
    private const int TaskLength = 104;

    /// <param name="main">32-bit code at <see cref="Main"/>, with flat segments, a stack and interrupts off.</param>
    /// <param name="more">More of it, at other addresses.</param>
    public static X86Rig Start(Action<Assembler> main, params (uint Address, Action<Assembler> Code)[] more)
    {
        var rig = new X86Rig(Enter, X86Model.I386);
        Quad(rig, Gdt + 8, 0x00cf_9a00_0000_ffff);
        Quad(rig, Gdt + 0x10, 0x00cf_9200_0000_ffff);
        Quad(rig, Gdt + 0x18, 0x00cf_fa00_0000_ffff);
        Quad(rig, Gdt + 0x20, 0x00cf_f200_0000_ffff);
        Quad(rig, Gdt + TaskSelector, (TaskLength - 1) | (ulong)Task << 16 | 0x8900ul << 32);
        Quad(rig, Gdt + OtherTask, (TaskLength - 1) | (ulong)OtherTaskState << 16 | 0x8900ul << 32);
        Quad(rig, Gdt + 0x80, (ulong)Gdt << 16 | 0x7f);
        Quad(rig, Idt + 0x800, (ulong)Idt << 16 | 0x7ff);
        Quad(rig, Task + 4, Stack | 0x10ul << 32);
        FaultLog.Install(rig, 32);
        for (var vector = 0; vector < 32; vector++)
        {
            Gate(rig, vector, FaultLog.HandlerOf(vector));
        }

        rig.Put(Begin, Prepare, 32);
        rig.Put(Main, main, 32);
        foreach (var (address, code) in more)
        {
            rig.Put(address, code, 32);
        }

        return rig;
    }

    public static void Quad(X86Rig rig, uint address, ulong value) =>
        rig.Machine.Memory.Write(address, BitConverter.GetBytes(value));

    /// <summary>An interrupt gate, or one of another type; of a task gate, the handler is its selector.</summary>
    public static void Gate(X86Rig rig, int vector, uint handler, uint type = 0x8e00)
    {
        var selector = type == 0x8500 ? handler : 8;
        var offset = type == 0x8500 ? 0 : handler;
        Quad(rig, Idt + (uint)vector * 8, (offset & 0xffff) | selector << 16 | (ulong)type << 32 | (ulong)(offset >> 16) << 48);
    }

    private static void Enter(Assembler code)
    {
        code.lgdt(__[(int)Gdt + 0x80]);
        code.mov(eax, 0x11);
        code.mov(cr0, eax);
        code.db(0xea, 0x00, 0x80, 8, 0); // jmp 8:Begin
    }

    private static void Prepare(Assembler code)
    {
        code.mov(eax, 0x10);
        foreach (var segment in (AssemblerRegisterSegment[])[ss, ds, es, fs, gs])
        {
            code.mov(segment, ax);
        }

        code.mov(esp, Stack);
        code.lidt(__[(int)Idt + 0x800]);
        code.mov(eax, TaskSelector);
        code.ltr(ax);
        code.jmp(Main);
    }
}
