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

    /// <summary>The selectors become null, as those of an inner ring, but what GS adds is kept for the handlers.</summary>
    [TestCase(false, TestName = "Iret_ToAnOuterRing_KeepsTheBasesOfFsAndGs")]
    [TestCase(true, TestName = "Retf_ToAnOuterRing_KeepsTheBasesOfFsAndGs")]
    public void ReturnToAnOuterRing(bool isFar)
    {
        const uint user = 0x8a00;
        using var rig = LongModeRig.Start(
            code =>
            {
                code.mov(eax, 0x10);
                code.mov(fs, ax);
                code.mov(gs, ax);
                code.xor(edx, edx);
                code.mov(ecx, 0xc000_0100);
                code.mov(eax, 0x1_2340);
                code.wrmsr();
                code.inc(ecx);
                code.mov(eax, 0x2_3450);
                code.wrmsr();
                if (isFar)
                {
                    code.push(LongModeRig.UserData);
                    code.push(0x2_8000);
                    code.push(LongModeRig.UserCode);
                    code.push((int)user);
                    code.db(0x48, 0xcb); // retf, of 64 bits
                }
                else
                {
                    code.push(LongModeRig.UserData);
                    code.push(0x2_8000);
                    code.push(2);
                    code.push(LongModeRig.UserCode);
                    code.push((int)user);
                    code.iretq();
                }
            },
            (user, code =>
            {
                code.mov(edi, fs);
                code.mov(esi, gs);
                code.ud2();
            }
        ));

        rig.Machine.Run(300);

        Assert.That(rig.Faults().Select(fault => fault.Vector), Is.EqualTo(new[] { 6 }));
        Assert.That((rig.Register("rdi"), rig.Register("rsi")), Is.EqualTo((0ul, 0ul)), "selectors");
        Assert.That((rig.Register("fs_base"), rig.Register("gs_base")), Is.EqualTo((0x1_2340ul, 0x2_3450ul)));
    }

    /// <summary>CALL has two accesses: that of its operand, and of the stack.</summary>
    [TestCase(0x0000_8000_0000_0000ul, (ulong)LongModeRig.Stack, 13, TestName = "Call_ThroughWhatIsNotCanonical_IsAProtectionFault")]
    [TestCase(0x2_0000ul, 0x0000_8000_0000_1000ul, 12, TestName = "Call_WithAStackThatIsNotCanonical_IsAStackFault")]
    public void Call_ThroughMemory(ulong operand, ulong stack, int vector)
    {
        using var rig = LongModeRig.Start(code =>
        {
            code.mov(rax, operand);
            code.mov(rsp, stack);
            code.call(__qword_ptr[rax + 8]);
        });
        LongModeRig.Gate(rig, vector, FaultLog.HandlerOf(vector), stack: 1);

        rig.Machine.Run(300);

        Assert.That(rig.Faults().Select(fault => (fault.Vector, fault.ErrorCode)), Is.EqualTo(new[] { (vector, 0ul) }));
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
