using Reprise.Emulation.Cpus.CortexM;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

public sealed class FaultTests
{
    private const uint Cfsr = 0xD28;
    private const uint Hfsr = 0xD2C;
    private const uint Shcsr = 0xD24;
    private const uint AllEnabled = 0x7_0000;
    private const uint Forced = 1u << 30;

    private static readonly (Action<CortexMExceptions> Raise, int Number, uint Status)[] Faults =
    [
        (e => e.RaiseMemManageExecuteNever(), 4, 0x01),
        (e => e.RaiseBusFault(0x1234, BusFaultKind.InstructionFetch), 5, 0x0100),
        (e => e.RaiseBusFault(0x1234, BusFaultKind.Data), 5, 0x8200),
        (e => e.RaiseUndefined(), 6, 1u << 16),
        (e => e.RaiseInvalidState(), 6, 1u << 17),
        (e => e.RaiseNoCoprocessor(), 6, 1u << 19),
        (e => e.RaiseUnaligned(), 6, 1u << 24),
        (e => e.RaiseDivideByZero(), 6, 1u << 25),
    ];

    [Test]
    public void Raise_Enabled_EntersItsHandlerWithItsStatus([Range(0, 7)] int fault)
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        Faults[fault].Raise(rig.Exceptions);
        Assert.That(rig.Settle(), Is.EqualTo(Faults[fault].Number));
        Assert.That(rig[Cfsr], Is.EqualTo(Faults[fault].Status));
        Assert.That(rig[Hfsr], Is.Zero);
        Assert.That(rig[0xD38], Is.EqualTo(fault == 2 ? 0x1234 : 0u), "BFAR");
        rig[Cfsr] = Faults[fault].Status;
        Assert.That(rig[Cfsr], Is.Zero);
        Assert.That(rig.Return(), Is.Zero);
    }

    [Test]
    public void Raise_Disabled_EscalatesToHardFault([Range(0, 7)] int fault)
    {
        var rig = new CortexMRig();
        Faults[fault].Raise(rig.Exceptions);
        Assert.That(rig.Settle(), Is.EqualTo(3));
        Assert.That((rig[Cfsr], rig[Hfsr]), Is.EqualTo((Faults[fault].Status, Forced)));
    }

    [Test]
    public void Raise_AtPriorityMinusOne_LocksUp([Range(0, 7)] int fault, [Values] bool faultMask)
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        rig[ArmRegister.Faultmask] = faultMask ? 1u : 0;
        if (!faultMask)
        {
            rig.Exceptions.RaiseBreakpoint();
            rig.Settle();
        }

        Assert.That(rig.Exceptions.LockedUp, Is.False);
        Faults[fault].Raise(rig.Exceptions);
        Assert.That(rig.Exceptions.LockedUp, Is.True);
        rig.Exceptions.SetNmi(true);
        Assert.That((rig.Exceptions.HasPending, rig.Exceptions.TryEnter()), Is.EqualTo((false, false)));
        rig.Exceptions.Reset();
        Assert.That(rig.Exceptions.LockedUp, Is.False);
    }

    [Test]
    public void RaiseSvc_FromAHandlerAtItsPriority_Escalates()
    {
        var rig = new CortexMRig { [0xD1C] = 0x4000_0000 };
        rig.Enable(0, 0x40);
        rig.Pend(0);
        rig.Settle();
        rig.Exceptions.RaiseSvc();
        Assert.That(rig.Settle(), Is.EqualTo(3));
        Assert.That(rig[Hfsr], Is.EqualTo(Forced));
    }

    [TestCase(ArmRegister.Primask, 1u)]
    [TestCase(ArmRegister.Basepri, 0x20u)]
    public void RaiseSvc_Masked_Escalates(ArmRegister mask, uint value)
    {
        var rig = new CortexMRig { [0xD1C] = 0x2000_0000 };
        rig[mask] = value;
        rig.Exceptions.RaiseSvc();
        Assert.That(rig.Settle(), Is.EqualTo(3));
    }

    [Test]
    public void RaiseBreakpoint_IsAHardFaultWithDebugEvent()
    {
        var rig = new CortexMRig();
        rig.Exceptions.RaiseBreakpoint();
        Assert.That(rig.Settle(), Is.EqualTo(3));
        Assert.That((rig[Hfsr], rig[0xD30]), Is.EqualTo((1u << 31, 2u)));
        rig[Hfsr] = 1u << 31;
        Assert.That(rig[Hfsr], Is.Zero);
    }

    [Test]
    public void Raise_MoreUrgentInterruptPending_BothRunAndTheFaultKeepsItsAddress()
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled, [0xD18] = 0x0080_8080 };
        rig.Enable(0, 0x40);
        rig.Pend(0);
        rig.Exceptions.RaiseUndefined();
        Assert.That(rig.Settle(), Is.EqualTo(16));
        Assert.That(rig.Return(), Is.EqualTo(6));
        Assert.That(rig.Memory[rig[ArmRegister.Msp] + 0x18], Is.EqualTo(CortexMRig.ThreadPc));
    }

    [Test]
    public void IgnoresDataBusFaults_OnlyAtMinusOne()
    {
        var rig = new CortexMRig { [0xD14] = 0x300 };
        Assert.That(rig.Exceptions.IgnoresDataBusFaults, Is.False);
        rig[ArmRegister.Faultmask] = 1;
        Assert.That(rig.Exceptions.IgnoresDataBusFaults, Is.True);
    }

    [TestCase(0x05u, 5, 0u)]
    [TestCase(0x00u, 3, Forced)]
    public void TryEnter_StackOutsideMemory_TakesADerivedFault(uint enabled, int handler, uint hard)
    {
        var rig = new CortexMRig { [Shcsr] = enabled == 0 ? 0 : AllEnabled };
        rig[ArmRegister.Msp] = FakeMemory.Ram;
        rig[0xD1C] = 0x8000_0000;
        rig.Exceptions.RaiseSvc();
        Assert.That(rig.Settle(), Is.EqualTo(handler));
        Assert.That((rig[Cfsr], rig[Hfsr]), Is.EqualTo((0x1000u, hard)), "STKERR");
        Assert.That(rig[Shcsr] & (1 << 15), Is.Not.Zero, "SVCall is still pending");
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(FakeMemory.Ram - 0x20));
    }

    [Test]
    public void TryEnter_VectorUnreadable_TakesHardFaultInItsPlace()
    {
        var rig = new CortexMRig();
        rig.Memory.Broken = 4 * 16;
        rig.Enable(0, 0x20);
        rig.Pend(0);
        Assert.That(rig.Settle(), Is.EqualTo(3));
        Assert.That(rig[Hfsr], Is.EqualTo(2));
        Assert.That(rig[0x200], Is.EqualTo(1), "the interrupt stays pending");
    }

    [TestCase(2u)]
    [TestCase(3u)]
    public void TryEnter_VectorOfHardFaultOrNmiUnreadable_LocksUp(uint number)
    {
        var rig = new CortexMRig();
        rig.Memory.Broken = 4 * number;
        if (number == 2)
        {
            rig.Exceptions.SetNmi(true);
        }
        else
        {
            rig.Exceptions.RaiseBreakpoint();
        }

        Assert.That(rig.Exceptions.TryEnter(), Is.False);
        Assert.That(rig.Exceptions.LockedUp, Is.True);
    }

    [Test]
    public void TryEnter_VectorWithoutThumbBit_FaultsAtTheHandler()
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        rig.Memory[4 * 16] = 0x5000;
        rig.Enable(0, 0x20);
        rig.Pend(0);
        Assert.That(rig.Settle(), Is.EqualTo(16), "the instruction faults, not the entry");
        Assert.That(rig.Exceptions.ThumbCleared);
        rig.Exceptions.RaiseInvalidState();
        Assert.That(rig.Settle(), Is.EqualTo(6));
        Assert.That(rig[Cfsr], Is.EqualTo(1u << 17));
        var frame = rig[ArmRegister.Msp];
        Assert.That(rig.Memory[frame + 0x18], Is.EqualTo(0x5000));
        Assert.That(rig.Memory[frame + 0x1C], Is.EqualTo(16), "T is zero in the frame");
    }

    [TestCase(0xFFFF_FFF3u)]
    [TestCase(0xFFFF_FFF1u, Description = "to a handler: the frame says thread")]
    [TestCase(0xF000_0009u)]
    public void Return_IllegalValue_IsAnInvalidPcFaultOnTheSameFrame(uint excReturn)
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        var stack = rig[ArmRegister.Msp];
        rig.Exceptions.Return(excReturn);
        Assert.That(rig.Handling, Is.EqualTo(6));
        Assert.That(rig[Cfsr], Is.EqualTo(1u << 18));
        Assert.That((rig[ArmRegister.Msp], rig[ArmRegister.Lr]), Is.EqualTo((stack, excReturn)));
        Assert.That(rig[Shcsr] & 0xFFF, Is.EqualTo(8), "SVCall is no longer active");
    }

    [Test]
    public void Return_NotActive_Faults()
    {
        var rig = new CortexMRig();
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        rig[Shcsr] = 0;
        rig.Exceptions.Return(0xFFFF_FFF9);
        Assert.That(rig.Handling, Is.EqualTo(3));
        Assert.That((rig[Cfsr], rig[Hfsr]), Is.EqualTo((1u << 18, Forced)));
    }

    [TestCase(0x200u, 6)]
    [TestCase(0x201u, 0)]
    public void Return_ToThreadFromNested_NeedsNonBaseThreadEnable(uint configuration, int handling)
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled, [0xD14] = configuration };
        rig.Enable(0, 0x40);
        rig.Enable(1, 0x20);
        rig.Pend(0);
        rig.Settle();
        rig.Pend(1);
        rig.Settle();
        rig.Memory[rig[ArmRegister.Msp] + 0x1C] = 0x0100_0000;
        rig.Exceptions.Return(0xFFFF_FFF9);
        Assert.That(rig.Handling, Is.EqualTo(handling));
    }

    [Test]
    public void Return_FrameUnreadable_IsAnUnstackingFault()
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        rig[ArmRegister.Psp] = 0x4000_0000;
        rig.Exceptions.Return(0xFFFF_FFFD);
        Assert.That(rig.Handling, Is.EqualTo(5));
        Assert.That(rig[Cfsr], Is.EqualTo(0x800));
        Assert.That((rig[ArmRegister.Psp], rig[ArmRegister.Lr]), Is.EqualTo((0x4000_0000u, 0xFFFF_FFFDu)));
    }

    [Test]
    public void Return_FrameWithoutThumbBit_FaultsAtTheReturnAddress()
    {
        var rig = new CortexMRig { [Shcsr] = AllEnabled };
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        rig.Memory[rig[ArmRegister.Msp] + 0x1C] = 0x8000_0000;
        Assert.That(rig.Return(), Is.Zero, "the instruction faults, not the return");
        Assert.That(rig.Exceptions.ThumbCleared);
        rig.Exceptions.RaiseInvalidState();
        Assert.That(rig.Settle(), Is.EqualTo(6));
        Assert.That(rig[Cfsr], Is.EqualTo(1u << 17));
        Assert.That(rig.Memory[rig[ArmRegister.Msp] + 0x18], Is.EqualTo(CortexMRig.ThreadPc));
        Assert.That(rig.Memory[rig[ArmRegister.Msp] + 0x1C], Is.EqualTo(0x8000_0000));
    }
}
