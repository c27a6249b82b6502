using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

public sealed class SystemControlSpaceTests
{
    [TestCase(0x004u, 0u, Description = "ICTR: one bank of 32")]
    [TestCase(0xD00u, 0x410F_C231u, Description = "CPUID")]
    [TestCase(0xD04u, 0x800u, Description = "ICSR")]
    [TestCase(0xD0Cu, 0xFA05_0000u, Description = "AIRCR")]
    [TestCase(0xD14u, 0x200u, Description = "CCR")]
    [TestCase(0xD60u, 0x0114_1110u, Description = "ID_ISAR0")]
    [TestCase(0xD90u, 0x800u, Description = "MPU_TYPE")]
    [TestCase(0xDFCu, 0u, Description = "DEMCR")]
    public void Read_AtPowerOn(uint offset, uint value) => Assert.That(new CortexMRig()[offset], Is.EqualTo(value));

    [Test]
    public void SetAndClearRegisters_WorkOnOnesInAnyWidth()
    {
        var rig = new CortexMRig { [0x100] = 0x8000_0011 };
        rig.Space.Write(0x101, 0x42, 1);
        rig.Space.Write(0x182, 0x8000, 2);
        rig.Space.Write(0x180, 0x10, 1);
        Assert.That(rig[0x100], Is.EqualTo(0x4201));
        Assert.That(rig.Space.Read(0x181, 1), Is.EqualTo(0x42));
        Assert.That(rig[0x104], Is.Zero);
        rig[0x104] = 0xFFFF_FFFF; // inputs that aren't there
        Assert.That(rig[0x104], Is.Zero);
    }

    [Test]
    public void Priorities_TakeBytesHalfwordsAndWords()
    {
        var rig = new CortexMRig { [0x400] = 0xFFFF_FFFF };
        rig.Space.Write(0x402, 0x2345, 2);
        rig.Space.Write(0x400, 0x80, 1);
        Assert.That(rig[0x400], Is.EqualTo(0x2040_E080));
        rig.Space.Write(0xD1F, 0x60, 1);
        rig[0xD20] = 0xFFFF_FFFF;
        Assert.That((rig[0xD1C], rig[0xD20]), Is.EqualTo((0x6000_0000u, 0xE0E0_00E0u)));
    }

    [Test]
    public void ResetControl_WrongKey_IsIgnored()
    {
        var rig = new CortexMRig { [0xD0C] = 0x05FB_0704 };
        Assert.That(rig.Exceptions.ResetRequested, Is.False);
        rig[0xD0C] = 0x05FA_0700;
        Assert.That(rig[0xD0C], Is.EqualTo(0xFA05_0700));
        Assert.That(rig.Exceptions.ResetRequested, Is.False);
        rig[0xD0C] = 0x05FA_0004;
        Assert.That(rig.Exceptions.ResetRequested, Is.True);
        rig.Exceptions.Reset();
        Assert.That(rig.Exceptions.ResetRequested, Is.False);
    }

    [Test]
    public void FaultStatus_ByteWrite_ClearsItsOnesOnly()
    {
        var rig = new CortexMRig();
        rig.Exceptions.RaiseMemManageExecuteNever();
        rig.Settle();
        rig.Space.Write(0xD2A, 0xFFFF, 2);
        Assert.That(rig[0xD28], Is.EqualTo(1));
        rig.Space.Write(0xD28, 0x01, 1);
        Assert.That(rig[0xD28], Is.Zero);
    }

    [Test]
    public void SoftwareTrigger_PendsAnInterrupt()
    {
        var rig = new CortexMRig { [0xF00] = 31 };
        Assert.That(rig[0x200], Is.EqualTo(1u << 31));
        rig[0xF00] = 32;
        Assert.That(rig[0x204], Is.Zero);
        Assert.That(rig[0xF00], Is.Zero);
    }

    [Test]
    public void InterruptControl_SetsAndClearsSystemExceptions()
    {
        var rig = new CortexMRig();
        rig[ArmRegister.Primask] = 1;
        rig[0xD04] = (1u << 28) | (1u << 26);
        Assert.That(rig[0xD04], Is.EqualTo((1u << 28) | (1u << 26) | (14u << 12) | 0x800));
        rig[0xD04] = (1u << 27) | (1u << 25);
        Assert.That(rig[0xD04], Is.EqualTo(0x800));
        rig[0xD04] = 1u << 31;
        Assert.That(rig.Settle(), Is.EqualTo(2));
        Assert.That(rig[0xD04], Is.EqualTo(0x802));
    }

    [Test]
    public void HandlerState_EveryBit_ReadsBack()
    {
        var rig = new CortexMRig { [0xD24] = 0xFFFF_FFFF };
        Assert.That(rig[0xD24], Is.EqualTo(0x7_FD8B));
        rig[0xD24] = 0;
        Assert.That(rig[0xD24], Is.Zero);
    }

    [Test]
    public void Access_EverySizeAtEveryOffset_PeekChangesNothing()
    {
        var rig = new CortexMRig();
        foreach (var size in new[] { 1, 2, 4 })
        {
            for (uint offset = 0; offset < 0x1000; offset++)
            {
                rig.Space.Write(offset, 0xA5A5_A5A5, size);
                var before = rig.Save();
                var peeked = rig.Space.Peek(offset, size);
                Assert.That(rig.Save(), Is.EqualTo(before));
                Assert.That(rig.Space.Read(offset, size), Is.EqualTo(peeked));
            }
        }
    }
}
