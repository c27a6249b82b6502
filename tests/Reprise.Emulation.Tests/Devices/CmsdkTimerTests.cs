namespace Reprise.Emulation.Tests.Devices;

public sealed class CmsdkTimerTests
{
    [Test]
    public void Count_Enabled_HasAPeriodOfReloadPlusOneTicks()
    {
        var timer = DeviceRig.Create("cmsdk-timer");
        timer[0x08] = 99;
        timer[0x00] = 9;
        timer.Advance((99 * DeviceRig.Tick) - 1);
        Assert.That(timer.Levels[0], Is.False);
        Assert.That(timer[0x04], Is.EqualTo(1));
        timer.Advance(1);
        Assert.That(timer.Levels[0], Is.True);
        Assert.That(timer[0x04], Is.Zero);
        timer[0x0C] = 1;
        Assert.That(timer.Levels[0], Is.False);
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(199 * DeviceRig.Tick));
        timer.Advance(DeviceRig.Tick);
        Assert.That(timer[0x04], Is.EqualTo(99));
        timer.Advance(99 * DeviceRig.Tick);
        Assert.That(timer.Levels[0], Is.True);
    }

    [Test]
    public void Count_InterruptOff_NeedsNoAlarm()
    {
        var timer = DeviceRig.Create("cmsdk-timer");
        timer[0x08] = 99;
        timer[0x00] = 1;
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue));
        timer.Advance(150 * DeviceRig.Tick);
        Assert.That(timer[0x04], Is.EqualTo(49));
        Assert.That(timer[0x0C], Is.Zero);
    }

    [Test]
    public void Count_Disabled_Stops()
    {
        var timer = DeviceRig.Create("cmsdk-timer");
        timer[0x08] = 99;
        timer[0x00] = 9;
        timer.Advance(10 * DeviceRig.Tick);
        timer[0x00] = 8;
        timer.Advance(1_000_000);
        Assert.That(timer[0x04], Is.EqualTo(89));
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue));
    }
}
