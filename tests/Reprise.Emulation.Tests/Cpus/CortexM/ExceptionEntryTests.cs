using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

public sealed class ExceptionEntryTests
{
    [TestCase(0u)]
    [TestCase(4u)]
    public void TryEnter_FromThread_StacksAFrameThatReturnTakesBack(uint misalignment)
    {
        var rig = new CortexMRig();
        for (var i = 0; i <= 12; i++)
        {
            rig[ArmRegister.R0 + i] = 0x100 + (uint)i;
        }

        rig[ArmRegister.Lr] = 0x777;
        rig[ArmRegister.Xpsr] = 0xA500_AC00 | 0x0100_0000;
        rig[ArmRegister.Msp] -= misalignment;
        var before = rig.Registers.All;
        rig.Enable(3, 0x40);
        rig.Pend(3);
        Assert.That(rig.Settle(), Is.EqualTo(19));

        var frame = (CortexMRig.StackTop - misalignment - 0x20) & ~7u;
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(frame));
        uint[] expected =
            [0x100, 0x101, 0x102, 0x103, 0x10C, 0x777, CortexMRig.ThreadPc, 0xA500_AC00 | (misalignment << 7)];
        Assert.That(Enumerable.Range(0, 8).Select(i => rig.Memory[frame + (4 * (uint)i)]), Is.EqualTo(expected));
        Assert.That(rig[ArmRegister.Lr], Is.EqualTo(0xFFFF_FFF9));
        Assert.That(rig[ArmRegister.Pc], Is.EqualTo(CortexMRig.Handler(19)));
        Assert.That(rig[ArmRegister.Xpsr], Is.EqualTo(0xA100_0013), "flags stay, IT is cleared");

        rig[ArmRegister.R0] = 0;
        Assert.That(rig.Return(), Is.Zero);
        Assert.That(rig.Registers.All, Is.EqualTo(before));
    }

    [Test]
    public void TryEnter_WithoutStackAlign_LeavesTheStackAtFour()
    {
        var rig = new CortexMRig { [0xD14] = 0 };
        rig[ArmRegister.Msp] -= 4;
        rig.Enable(0, 0);
        rig.Pend(0);
        rig.Settle();
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(CortexMRig.StackTop - 0x24));
        rig.Return();
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(CortexMRig.StackTop - 4));
    }

    [Test]
    public void TryEnter_FromProcessStack_HandlerUsesMainStack()
    {
        var rig = new CortexMRig();
        rig[ArmRegister.Control] = 3;
        var before = rig.Registers.All;
        rig.Enable(0, 0);
        rig.Pend(0);
        rig.Settle();
        Assert.That(rig[ArmRegister.Control], Is.EqualTo(1), "SPSEL is cleared, nPRIV stays");
        Assert.That(rig[ArmRegister.Psp], Is.EqualTo(CortexMRig.ProcessTop - 0x20));
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(CortexMRig.StackTop));
        Assert.That(rig[ArmRegister.Lr], Is.EqualTo(0xFFFF_FFFD));
        rig.Return();
        Assert.That(rig.Registers.All, Is.EqualTo(before));
    }

    [Test]
    public void Return_ToTheOtherStack_SwitchesThreads()
    {
        var rig = new CortexMRig();
        rig.Exceptions.RaiseSvc();
        Assert.That(rig.Settle(), Is.EqualTo(11));
        rig.Memory[CortexMRig.ProcessTop - 0x20 + 0x18] = 0x3000;
        rig.Memory[CortexMRig.ProcessTop - 0x20 + 0x1C] = 0x0100_0000;
        rig[ArmRegister.Psp] = CortexMRig.ProcessTop - 0x20;
        rig.Exceptions.Return(0xFFFF_FFFD);
        Assert.That(rig[ArmRegister.Pc], Is.EqualTo(0x3000));
        Assert.That(rig[ArmRegister.Control], Is.EqualTo(2));
        Assert.That(rig[ArmRegister.Psp], Is.EqualTo(CortexMRig.ProcessTop));
    }

    [Test]
    public void TryEnter_EngineThatDoesNotReportThumb_StacksItSet()
    {
        var rig = new CortexMRig();
        rig[ArmRegister.Xpsr] = 0;
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        Assert.That(rig.Memory[CortexMRig.StackTop - 4], Is.EqualTo(0x0100_0000));
    }

    [Test]
    public void TryEnter_MovedVectorTable_ReadsItThere()
    {
        var rig = new CortexMRig { [0xD08] = FakeMemory.Ram + 0x17F };
        Assert.That(rig.Exceptions.VectorTable, Is.EqualTo(FakeMemory.Ram + 0x100));
        rig.Memory[FakeMemory.Ram + 0x100 + (4 * 11)] = 0x4001;
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        Assert.That(rig[ArmRegister.Pc], Is.EqualTo(0x4000));
    }

    [Test]
    public void TryEnter_EntryAndReturn_SetTheEventRegister()
    {
        var rig = new CortexMRig();
        Assert.That(rig.Exceptions.ConsumeEvent(), Is.False);
        rig.Exceptions.RaiseSvc();
        rig.Settle();
        Assert.That(rig.Exceptions.ConsumeEvent(), Is.True);
        Assert.That(rig.Exceptions.ConsumeEvent(), Is.False);
        rig.Return();
        Assert.That(rig.Exceptions.ConsumeEvent(), Is.True);
    }
}
