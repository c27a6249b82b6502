namespace Reprise.Emulation.Tests.Cpus.CortexM;

public sealed class SysTickTests
{
    private const uint Control = 0x10;
    private const uint Reload = 0x14;
    private const uint Value = 0x18;
    private const uint CountFlag = 0x1_0000;
    private const uint Pending = 1u << 26;
    private const ulong Tick = 40;

    [Test]
    public void Count_Enabled_HasAPeriodOfReloadPlusOneTicks()
    {
        var rig = new CortexMRig { [Reload] = 99, [Value] = 0, [Control] = 7 };
        rig.Advance(Tick);
        Assert.That(rig[Value], Is.EqualTo(99), "the first tick loads the reload value");
        rig.Advance((99 * Tick) - 1);
        Assert.That((rig[Value], rig[0xD04] & Pending), Is.EqualTo((1u, 0u)));
        rig.Advance(1);
        Assert.That((rig[Value], rig[0xD04] & Pending), Is.EqualTo((0u, Pending)));
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(200 * Tick));
        Assert.That(rig.Settle(), Is.EqualTo(15));
        Assert.That(rig.Return(), Is.Zero);
        rig.Advance(100 * Tick);
        Assert.That(rig.Settle(), Is.EqualTo(15));
    }

    [Test]
    public void CountFlag_IsClearedByReadNotByPeek()
    {
        var rig = new CortexMRig { [Reload] = 9, [Control] = 5 };
        rig.Advance(10 * Tick);
        Assert.That(rig.Space.Peek(Control, 4), Is.EqualTo(CountFlag | 5));
        Assert.That(rig.Space.Read(Control, 1), Is.EqualTo(5), "the low byte is not the flag's");
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue), "set already: no alarm needed");
        Assert.That(rig[Control], Is.EqualTo(CountFlag | 5));
        Assert.That(rig[Control], Is.EqualTo(5));
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(20 * Tick));
        rig.Advance(35 * Tick);
        Assert.That(rig[Control], Is.EqualTo(CountFlag | 5));
        Assert.That(rig[0xD04] & Pending, Is.Zero);
    }

    [Test]
    public void ValueWrite_ClearsCountAndFlagWithoutAnInterrupt()
    {
        var rig = new CortexMRig { [Reload] = 9, [Control] = 7 };
        rig.Advance(13 * Tick);
        rig[0xD04] = 1u << 25;
        rig[Value] = 5;
        Assert.That((rig[Value], rig[Control], rig[0xD04] & Pending), Is.EqualTo((0u, 7u, 0u)));
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo((13 + 10) * Tick));
    }

    [Test]
    public void ReloadZero_StopsAtTheNextZero()
    {
        var rig = new CortexMRig { [Reload] = 9, [Control] = 7 };
        rig.Advance(5 * Tick);
        rig[Reload] = 0;
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(10 * Tick));
        rig.Advance(100 * Tick);
        Assert.That((rig[Value], rig.Clock.NextDeadline), Is.EqualTo((0u, ulong.MaxValue)));
    }

    [Test]
    public void Control_Disabled_KeepsTheCount()
    {
        var rig = new CortexMRig { [Reload] = 9, [Control] = 5 };
        rig.Advance(3 * Tick);
        rig[Control] = 4;
        rig.Advance(50 * Tick);
        Assert.That(rig[Value], Is.EqualTo(7));
        rig[Control] = 5;
        rig.Advance(2 * Tick);
        Assert.That(rig[Value], Is.EqualTo(5));
    }

    [Test]
    public void ClockSource_Reference_CountsMicroseconds()
    {
        var rig = new CortexMRig { [Reload] = 999, [Control] = 3 };
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(1_000_000));
        rig.Advance(1_000);
        Assert.That(rig[Value], Is.EqualTo(999));
        rig[Control] = 7;
        rig.Advance(10 * Tick);
        Assert.That(rig[Value], Is.EqualTo(989));
        Assert.That(rig[0x1C], Is.EqualTo(9999), "TENMS");
    }
}
