using Reprise.Emulation.Cpus.CortexM;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>The MPU's regions (DDI 0403E, B3.5) and what it does to stacking.</summary>
public sealed class MemoryProtectionTests
{
    private const uint Control = 0xD94;
    private const uint Base = 0xD9C;
    private const uint Attributes = 0xDA0;
    private const uint Valid = 1 << 4;
    private const uint Enabled = 1;
    private const uint FullAccess = 3 << 24;
    private const uint PrivilegedOnly = 1 << 24;
    private const uint ReadOnly = 6 << 24;
    private const uint NeverExecute = 1 << 28;

    [TestCase(FullAccess, true, PagePermissions.All)]
    [TestCase(FullAccess, false, PagePermissions.All)]
    [TestCase(PrivilegedOnly, true, PagePermissions.All)]
    [TestCase(PrivilegedOnly, false, PagePermissions.None)]
    [TestCase(ReadOnly, true, PagePermissions.Read | PagePermissions.Execute)]
    [TestCase(FullAccess | NeverExecute, true, PagePermissions.Read | PagePermissions.Write)]
    [TestCase(0u, true, PagePermissions.None)]
    public void RightsAt_InRegion_FollowItsAttributes(uint attributes, bool privileged, PagePermissions expected)
    {
        var mpu = Enable(privilegedDefault: false);
        Region(mpu, 0, 0x2000_0000, bits: 10, attributes);
        Assert.That(mpu.RightsAt(0x2000_03FF, privileged), Is.EqualTo(expected));
        Assert.That(mpu.RightsAt(0x2000_0400, privileged), Is.EqualTo(PagePermissions.None));
    }

    [Test]
    public void RightsAt_Overlap_HighestRegionDecides()
    {
        var mpu = Enable(privilegedDefault: false);
        Region(mpu, 7, 0x2000_0000, bits: 8, ReadOnly | NeverExecute);
        Region(mpu, 1, 0x2000_0000, bits: 12, FullAccess);
        Assert.That(mpu.RightsAt(0x2000_0000, true), Is.EqualTo(PagePermissions.Read));
        Assert.That(mpu.RightsAt(0x2000_0100, true), Is.EqualTo(PagePermissions.All));
        Assert.That(mpu.RightsOf(0x2000_0000, 1024, true), Is.Null);
        Assert.That(mpu.RightsOf(0x2000_0400, 1024, true), Is.EqualTo(PagePermissions.All));
    }

    [Test]
    public void RightsAt_DisabledSubregion_IsNotCovered()
    {
        var mpu = Enable(privilegedDefault: true);
        Region(mpu, 0, 0x2000_0000, bits: 11, ReadOnly | NeverExecute | (1u << (8 + 3)));
        Assert.That(mpu.RightsAt(0x2000_02FF, true), Is.EqualTo(PagePermissions.Read));
        Assert.That(mpu.RightsAt(0x2000_0300, true), Is.EqualTo(PagePermissions.All), "the default map");
        Assert.That(mpu.RightsAt(0x2000_0300, false), Is.EqualTo(PagePermissions.None));
        Assert.That(mpu.RightsAt(0x4000_0000, true), Is.EqualTo(PagePermissions.Read | PagePermissions.Write));
    }

    [Test]
    public void TryEnter_StackDenied_IsAStackingMemManageFault()
    {
        var rig = new CortexMRig { [0xD24u] = 7u << 16 };
        rig[Base] = (FakeMemory.Ram & ~0xFFFu) | Valid;
        rig[Attributes] = ReadOnly | (11 << 1) | Enabled;
        rig[Control] = 5;
        rig.Exceptions.RaiseSvc();
        Assert.That(rig.Settle(), Is.EqualTo(4));
        Assert.That(rig[0xD28u], Is.EqualTo(1u << 4), "MSTKERR, no MMARVALID");
    }

    private static MemoryProtection Enable(bool privilegedDefault)
    {
        var mpu = new MemoryProtection(regions: 8);
        mpu.Write(Control, privilegedDefault ? 5u : 1u);
        return mpu;
    }

    private static void Region(MemoryProtection mpu, uint number, uint address, int bits, uint attributes)
    {
        mpu.Write(Base, address | Valid | number);
        mpu.Write(Attributes, attributes | (uint)(bits - 1) << 1 | Enabled);
    }
}
