using Iced.Intel;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The way into long mode, interrupts and page faults there.</summary>
public sealed class LongModeTests
{
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
        var rig = LongModeRig.Start(Run64, (FaultHandler, Handle), (TickHandler, Tick));
        LongModeRig.Gate(rig, 14, FaultHandler);
        LongModeRig.Gate(rig, TestPorts.Vector, TickHandler);
        return rig;
    }

    private static void Run64(Assembler code)
    {
        var loop = code.CreateLabel();
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
