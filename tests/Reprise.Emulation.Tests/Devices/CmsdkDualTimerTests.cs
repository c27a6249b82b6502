namespace Reprise.Emulation.Tests.Devices;

public sealed class CmsdkDualTimerTests
{
    [TestCase(0u, 1u)]
    [TestCase(4u, 16u)]
    [TestCase(8u, 256u)]
    public void Count_PeriodicWithPrescale_InterruptsEveryPeriod(uint prescale, uint divider)
    {
        var timer = DeviceRig.Create("cmsdk-dual-timer");
        timer[0x20] = 9;
        timer[0x28] = 0xE2 | prescale;
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(9 * divider * DeviceRig.Tick));
        timer.Advance(9 * divider * DeviceRig.Tick);
        Assert.That(timer.Levels[0], Is.True);
        timer[0x2C] = 1;
        Assert.That(timer.Levels[0], Is.False);
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(19 * divider * DeviceRig.Tick));
    }

    [Test]
    public void Count_OneShot_StopsAtZeroUntilLoaded()
    {
        var timer = DeviceRig.Create("cmsdk-dual-timer");
        timer[0x00] = 5;
        timer[0x08] = 0xA3;
        timer.Advance(100 * DeviceRig.Tick);
        Assert.That(timer[0x04], Is.Zero);
        timer[0x0C] = 1;
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue));
        timer[0x00] = 5;
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(105 * DeviceRig.Tick));
    }

    [Test]
    public void Count_FreeRunningIn16Bits_WrapsTo0xFFFF()
    {
        var timer = DeviceRig.Create("cmsdk-dual-timer");
        timer[0x00] = 0x12340001;
        timer[0x08] = 0x80;
        timer.Advance(2 * DeviceRig.Tick);
        Assert.That(timer[0x04], Is.EqualTo(0xFFFF));
        Assert.That(timer[0x10], Is.EqualTo(1));
        Assert.That(timer[0x14], Is.Zero);
        Assert.That(timer.Levels[0], Is.False);
    }

    [Test]
    public void BackgroundLoad_WhileCounting_TakesEffectAtTheNextReload()
    {
        var timer = DeviceRig.Create("cmsdk-dual-timer");
        timer[0x00] = 5;
        timer[0x08] = 0xE2;
        timer[0x18] = 50;
        timer.Advance(5 * DeviceRig.Tick);
        Assert.That(timer[0x04], Is.Zero);
        timer.Advance(DeviceRig.Tick);
        Assert.That(timer[0x04], Is.EqualTo(50));
    }
}
