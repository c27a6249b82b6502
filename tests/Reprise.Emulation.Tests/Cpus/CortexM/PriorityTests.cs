using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

public sealed class PriorityTests
{
    [Test]
    public void Settle_MoreUrgentInterrupt_Preempts()
    {
        var rig = new CortexMRig();
        rig.Enable(0, 0x80);
        rig.Enable(1, 0x40);
        rig.Enable(2, 0x80);
        rig.Pend(0);
        Assert.That(rig.Settle(), Is.EqualTo(16));
        rig.Pend(2);
        Assert.That(rig.Settle(), Is.EqualTo(16), "equal priority doesn't preempt");
        Assert.That(rig.Exceptions.HasPending, Is.False);
        rig.Pend(1);
        Assert.That(rig.Settle(), Is.EqualTo(17));
        Assert.That(rig[ArmRegister.Lr], Is.EqualTo(0xFFFF_FFF1));
        Assert.That(rig[0xD04] & (1 << 11), Is.Zero, "RETTOBASE");
        Assert.That(rig[0x300], Is.EqualTo(3), "IABR");
        Assert.That(rig.Return(), Is.EqualTo(16));
        Assert.That(rig.Return(), Is.EqualTo(18), "tail-chain");
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(CortexMRig.StackTop - 0x20));
        Assert.That(rig.Return(), Is.Zero);
        Assert.That(rig[ArmRegister.Pc], Is.EqualTo(CortexMRig.ThreadPc));
    }

    [Test]
    public void Settle_SeveralPending_GoesByPriorityThenNumber()
    {
        var rig = new CortexMRig();
        foreach (var (interrupt, priority) in new[] { (5, 0x60), (6, 0x20), (7, 0x20), (8, 0xE0) })
        {
            rig.Enable(interrupt, (byte)priority);
            rig.Pend(interrupt);
        }

        rig[0xD04] = 1u << 28;
        Assert.That(rig.Settle(), Is.EqualTo(14), "PendSV has priority 0 after reset");
        Assert.That((rig[0xD04] >> 12) & 0x1FF, Is.EqualTo(22), "VECTPENDING");
        Assert.That(new[] { rig.Return(), rig.Return(), rig.Return(), rig.Return(), rig.Return() },
            Is.EqualTo(new[] { 22, 23, 21, 24, 0 }));
    }

    [Test]
    public void Settle_SubPriority_OrdersButDoesNotPreempt()
    {
        var rig = new CortexMRig { [0xD0C] = 0x05FA_0600 }; // group: bit 7, sub-priority: bits 6 and 5
        rig.Enable(0, 0x60);
        rig.Enable(1, 0x40);
        rig.Enable(2, 0x20);
        rig.Pend(0);
        Assert.That(rig.Settle(), Is.EqualTo(16));
        rig.Pend(1);
        rig.Pend(2);
        Assert.That(rig.Settle(), Is.EqualTo(16));
        Assert.That(rig.Return(), Is.EqualTo(18));
        Assert.That(rig.Return(), Is.EqualTo(17));
    }

    [Test]
    public void Settle_PriorityChangedWhilePendingOrActive_CountsAtOnce()
    {
        var rig = new CortexMRig();
        rig.Enable(0, 0x40);
        rig.Enable(1, 0x40);
        rig.Pend(0);
        rig.Settle();
        rig.Pend(1);
        Assert.That(rig.Settle(), Is.EqualTo(16));
        rig.Space.Write(0x401, 0x3F, 1);
        Assert.That(rig.Space.Peek(0x401, 1), Is.EqualTo(0x20), "3 bits are implemented");
        Assert.That(rig.Settle(), Is.EqualTo(17));
    }

    [Test]
    public void Masks_HoldBackWhatIsNotUrgentEnough()
    {
        var rig = new CortexMRig();
        rig.Enable(0, 0x40);
        rig.Pend(0);
        rig[ArmRegister.Primask] = 1;
        Assert.That((rig.Exceptions.Deliverable, rig.Exceptions.WakesFromWfi), Is.EqualTo((false, true)));
        rig[ArmRegister.Basepri] = 0x40;
        Assert.That((rig.Exceptions.HasPending, rig.Exceptions.WakesFromWfi), Is.EqualTo((true, false)));
        rig[ArmRegister.Primask] = 0;
        Assert.That(rig.Exceptions.Deliverable, Is.False);
        rig[ArmRegister.Basepri] = 0x60;
        Assert.That(rig.Exceptions.Deliverable, Is.True);
        rig[ArmRegister.Basepri] = 0x1F;
        Assert.That(rig.Exceptions.Deliverable, Is.True, "no implemented bit set");
        rig[ArmRegister.Faultmask] = 1;
        Assert.That((rig.Exceptions.Deliverable, rig.Exceptions.WakesFromWfi), Is.EqualTo((false, false)));
        rig.Exceptions.SetNmi(true);
        Assert.That(rig.Settle(), Is.EqualTo(2));
        Assert.That(rig.Return(), Is.Zero);
        Assert.That(rig[ArmRegister.Faultmask], Is.EqualTo(1), "an NMI's return keeps FAULTMASK");
    }

    [Test]
    public void Return_NotFromNmi_ClearsFaultmask()
    {
        var rig = new CortexMRig();
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        rig[ArmRegister.Faultmask] = 1;
        rig.Return();
        Assert.That(rig[ArmRegister.Faultmask], Is.Zero);
    }

    [Test]
    public void Line_StillHighAtReturn_PendsAgain()
    {
        var rig = new CortexMRig();
        rig.Enable(4, 0);
        rig.Exceptions.SetInterruptLine(4, true);
        Assert.That(rig.Settle(), Is.EqualTo(20));
        Assert.That(rig[0x200], Is.Zero, "entry clears the pending state");
        Assert.That(rig.Return(), Is.EqualTo(20));
        Assert.That(rig.Exceptions.InterruptLevel(4), Is.True);
        rig.Exceptions.SetInterruptLine(4, false);
        Assert.That(rig.Exceptions.InterruptLevel(4), Is.False);
        Assert.That(rig.Return(), Is.Zero);
    }

    [Test]
    public void Line_PulseWhileActive_RunsTheHandlerOnceMore()
    {
        var rig = new CortexMRig();
        rig.Enable(4, 0);
        rig.Exceptions.SetInterruptLine(4, true);
        rig.Settle();
        rig.Exceptions.SetInterruptLine(4, false);
        rig.Exceptions.SetInterruptLine(4, true);
        rig.Exceptions.SetInterruptLine(4, false);
        Assert.That(rig.Return(), Is.EqualTo(20));
        Assert.That(rig.Return(), Is.Zero);
    }

    [Test]
    public void ClearPending_LineHigh_HasNoEffect()
    {
        var rig = new CortexMRig();
        rig.Exceptions.SetInterruptLine(31, true);
        rig[0x280] = 1u << 31;
        Assert.That(rig[0x280], Is.EqualTo(1u << 31));
        rig.Exceptions.SetInterruptLine(31, false);
        Assert.That(rig[0x200], Is.EqualTo(1u << 31), "latched");
        rig[0x280] = 1u << 31;
        Assert.That(rig[0x200], Is.Zero);
    }

    [Test]
    public void Pend_DisabledWithSevOnPend_SetsTheEventOnly()
    {
        var rig = new CortexMRig { [0xD10] = 0x10 };
        rig.Pend(9);
        Assert.That(rig.Exceptions.HasPending, Is.False);
        Assert.That(rig.Exceptions.ConsumeEvent(), Is.True);
    }

    [Test]
    public void Return_SleepOnExit_AsksForSleepOnlyInAnIdleThread()
    {
        var rig = new CortexMRig { [0xD10] = 2 };
        rig.Enable(0, 0);
        rig.Enable(1, 0);
        rig.Pend(0);
        rig.Settle();
        rig.Pend(1);
        Assert.That(rig.Return(), Is.EqualTo(17));
        Assert.That(rig.Exceptions.ConsumeSleepOnExit(), Is.False);
        Assert.That(rig.Return(), Is.Zero);
        Assert.That(rig.Exceptions.ConsumeSleepOnExit(), Is.True);
        Assert.That(rig.Exceptions.ConsumeSleepOnExit(), Is.False);
    }
}
