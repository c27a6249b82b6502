namespace Reprise.Emulation.Tests.Devices;

public sealed class CmsdkWatchdogTests
{
    [Test]
    public void Count_TwoTimeouts_InterruptThenReset()
    {
        var watchdog = DeviceRig.Create("cmsdk-watchdog");
        watchdog[0x00] = 10;
        watchdog[0x08] = 3;
        watchdog.Advance(10 * DeviceRig.Tick);
        Assert.That(watchdog.Log, Is.EqualTo(new[] { "irq0=True" }));
        watchdog.Advance((11 * DeviceRig.Tick) - 1);
        Assert.That(watchdog.Log, Has.Count.EqualTo(1));
        watchdog.Advance(1);
        Assert.That(watchdog.Log, Is.EqualTo(new[] { "irq0=True", "reset" }));
    }

    [Test]
    public void InterruptClear_InTime_ReloadsAndPreventsTheReset()
    {
        var watchdog = DeviceRig.Create("cmsdk-watchdog");
        watchdog[0x00] = 10;
        watchdog[0x08] = 3;
        for (var i = 0; i < 5; i++)
        {
            watchdog.Advance(15 * DeviceRig.Tick);
            watchdog[0x0C] = 0;
            Assert.That(watchdog[0x04], Is.EqualTo(10));
        }

        Assert.That(watchdog.Log, Has.None.EqualTo("reset"));
    }

    [Test]
    public void Write_Locked_IsIgnored()
    {
        var watchdog = DeviceRig.Create("cmsdk-watchdog");
        watchdog[0xC00] = 1;
        watchdog[0x00] = 10;
        Assert.That(watchdog[0x00], Is.EqualTo(uint.MaxValue));
        Assert.That(watchdog[0xC00], Is.EqualTo(1));
        watchdog[0xC00] = 0x1ACCE551;
        watchdog[0x00] = 10;
        Assert.That(watchdog[0x00], Is.EqualTo(10));
    }
}
