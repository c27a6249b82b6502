using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The way into long mode, interrupts and page faults there.</summary>
public sealed class LongModeTests
{
    private const uint Gdt = 0x6000;
    private const uint Idt = 0x9000;
    private const uint Tables = 0x1000;
    private const uint Main = 0x8000;
    private const uint FaultHandler = 0x8800;
    private const uint TickHandler = 0x8900;
    private const ulong Missing = 0xffff_8000_0000_0008;

    [Test]
    public void Run_LongMode_TakesInterruptsAndPageFaults()
    {
        using var rig = Start();

        rig.Machine.Run(3000);

        Assert.That(rig.Register("r15"), Is.EqualTo(0x1234_5678_9abc_def0), "64-bit registers");
        Assert.That(rig.Register("cr2"), Is.EqualTo(Missing));
        Assert.That(rig.Register("r14"), Is.EqualTo(2), "error code: a write to what is not present");
        Assert.That(rig.Ports.Text, Has.Length.GreaterThan(3), "ticks");
        Assert.That(rig.Register("efer") & 0xd00, Is.EqualTo(0x500), "LME and LMA");
    }

    [Test]
    public void Run_LongModeChopped_IsTheSame()
    {
        const ulong end = 3000;
        using var straight = Start();
        straight.Machine.Run(end);
        using var chopped = Start();
        var random = new Random(5);
        while (chopped.Machine.Position < end)
        {
            chopped.Machine.Run(Math.Min(end, chopped.Machine.Position + (ulong)random.Next(1, 20)));
            if (random.Next(4) == 0)
            {
                chopped.Machine.Engine.BeginInterval();
            }
        }

        Assert.That(chopped.State(), Is.EqualTo(straight.State()));
    }

    private static X86Rig Start()
    {
        var rig = new X86Rig(Enter, X86Model.X64);
        var memory = rig.Machine.Memory;
        Quad(Gdt + 8, 0x0020_9a00_0000_0000); // 64-bit code
        Quad(Gdt + 16, 0x0000_9200_0000_0000); // data
        Quad(Gdt + 0x40, (ulong)Gdt << 16 | 23);
        Quad(Idt + 0x800, (ulong)Idt << 16 | 0x7ff);
        Quad(Tables, (Tables + 0x1000) | 3);
        Quad(Tables + 0x1000, (Tables + 0x2000) | 3);
        Quad(Tables + 0x2000, 0x83); // 2 MiB
        Gate(14, FaultHandler);
        Gate(TestPorts.Vector, TickHandler);
        rig.Put(Main, Run64, 64);
        rig.Put(FaultHandler, Handle, 64);
        rig.Put(TickHandler, Tick, 64);
        return rig;

        void Quad(uint address, ulong value) => memory.Write(address, BitConverter.GetBytes(value));

        void Gate(int vector, uint handler)
        {
            Quad(Idt + (uint)vector * 16, (handler & 0xffff) | 8u << 16 | 0x8e00ul << 32 | (ulong)(handler >> 16) << 48);
            Quad(Idt + (uint)vector * 16 + 8, 0);
        }
    }

    private static void Enter(Assembler code)
    {
        code.lgdt(__[(int)Gdt + 0x40]);
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

    private static void Run64(Assembler code)
    {
        var loop = code.CreateLabel();
        code.mov(eax, 0x10);
        code.mov(ss, ax);
        code.mov(ds, ax);
        code.mov(rsp, 0x7000);
        code.lidt(__[(long)Idt + 0x800]);
        code.mov(r15, 0x1234_5678_9abc_def0);
        code.mov(dx, 0xec);
        code.mov(eax, 1000);
        code.@out(dx, eax);
        code.sti();
        code.mov(rbx, Missing);
        code.mov(__qword_ptr[rbx], rax);
        code.Label(ref loop);
        code.mov(rdi, 0x20000);
        code.mov(ecx, 40);
        code.rep.stosq();
        code.inc(r13);
        code.jmp(loop);
    }

    private static void Handle(Assembler code)
    {
        code.pop(r14);
        code.add(__qword_ptr[rsp], 3); // the store's length
        code.iretq();
    }

    private static void Tick(Assembler code)
    {
        code.push(rax);
        code.mov(al, (byte)'.');
        code.@out(0xe9, al);
        code.pop(rax);
        code.iretq();
    }
}
