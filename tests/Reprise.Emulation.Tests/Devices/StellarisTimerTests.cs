namespace Reprise.Emulation.Tests.Devices;

/// <summary>Timers and watchdog of the Stellaris; the rig's system clock has 25 MHz, a tick of 40 ns.</summary>
public sealed class StellarisTimerTests
{
    private const uint Periodic = 2;
    private const uint OneShot = 1;

    [Test]
    public void Joined_Periodic_TimesOutEachLoad()
    {
        var timer = Start(configuration: 0, Periodic, load: 100_000);
        timer.Advance((100_000 * DeviceRig.Tick) - 1);
        Assert.That((timer[0x1C], timer.Levels[0]), Is.EqualTo((0u, false)));
        timer.Advance(1);
        Assert.That((timer[0x1C], timer.Levels[0]), Is.EqualTo((1u, true)));
        timer[0x24] = 1;
        Assert.That(timer.Levels[0], Is.False);
        timer.Advance((100_000 * DeviceRig.Tick) - 1);
        Assert.That(timer[0x1C], Is.Zero);
        timer.Advance(1);
        Assert.That(timer[0x1C], Is.EqualTo(1));
    }

    [Test]
    public void Joined_OneShot_DisablesItself()
    {
        var timer = Start(configuration: 0, OneShot, load: 50);
        timer.Advance(10 * DeviceRig.Tick);
        Assert.That(timer[0x48], Is.EqualTo(40), "TAR counts down");
        timer.Advance(1_000_000);
        Assert.That((timer[0x1C], timer[0x0C], timer[0x48]), Is.EqualTo((1u, 0u, 0u)));
        timer[0x24] = 1;
        timer.Advance(1_000_000);
        Assert.That(timer[0x1C], Is.Zero);
    }

    [Test]
    public void Halves_WithPrescaler_TimeOutApart()
    {
        var timer = DeviceRig.Create("stellaris-gptm");
        timer[0x00] = 4;
        timer[0x04] = Periodic;
        timer[0x08] = OneShot;
        timer[0x28] = 10;
        timer[0x2C] = 1000;
        timer[0x38] = 9;
        timer[0x0C] = 0x101;
        timer.Advance((100 * DeviceRig.Tick) - 1);
        Assert.That(timer[0x1C], Is.Zero);
        timer.Advance(1);
        Assert.That(timer[0x1C], Is.EqualTo(1));
        timer.Advance(900 * DeviceRig.Tick);
        Assert.That((timer[0x1C], timer[0x0C]), Is.EqualTo((0x101u, 1u)));
    }

    [Test]
    public void Seconds_PastTheMatch_BeginAnew()
    {
        var timer = Start(configuration: 1, mode: 0, load: 0);
        timer[0x30] = 2;
        timer[0x18] = 8;
        timer.Advance(2_000_000_000);
        Assert.That((timer[0x48], timer[0x1C], timer.Levels[0]), Is.EqualTo((2u, 0u, false)));
        timer.Advance(1_000_000_000);
        Assert.That((timer[0x48], timer[0x1C], timer.Levels[0]), Is.EqualTo((0u, 8u, true)));
    }

    [Test]
    public void Clock_ChangedMeanwhile_CountGoesOnAtTheNewRate()
    {
        var rig = DeviceRig.Create("stellaris-gptm");
        rig[0x04] = OneShot;
        rig[0x28] = 100;
        rig[0x0C] = 1;
        rig.Advance(50 * DeviceRig.Tick);
        rig.CpuClock.Set(200_000_000, 3); // 15 ns
        Assert.That(rig[0x48], Is.EqualTo(50));
        rig.Advance(49 * 15 - 1); // the ticks of a clock begin at power-on, so that the first one may be shorter
        Assert.That(rig[0x1C], Is.Zero);
        rig.Advance(16);
        Assert.That(rig[0x1C], Is.EqualTo(1));
    }

    [Test]
    public void Watchdog_NeverServed_InterruptsThenResets()
    {
        var watchdog = DeviceRig.Create("stellaris-watchdog");
        watchdog[0x00] = 1000;
        watchdog[0x08] = 3;
        watchdog[0x08] = 0;
        Assert.That(watchdog[0x08], Is.EqualTo(3), "only a reset disables it");
        watchdog.Advance(1000 * DeviceRig.Tick);
        Assert.That((watchdog.Levels[0], watchdog.Log.Contains("reset")), Is.EqualTo((true, false)));
        watchdog.Advance(1001 * DeviceRig.Tick);
        Assert.That(watchdog.Log, Does.Contain("reset"));
    }

    [Test]
    public void Watchdog_Locked_IgnoresWrites()
    {
        var watchdog = DeviceRig.Create("stellaris-watchdog");
        watchdog[0xC00] = 0;
        watchdog[0x00] = 5;
        Assert.That((watchdog[0x00], watchdog[0xC00]), Is.EqualTo((uint.MaxValue, 1u)));
        watchdog[0xC00] = 0x1ACC_E551;
        watchdog[0x00] = 5;
        Assert.That((watchdog[0x00], watchdog[0xC00]), Is.EqualTo((5u, 0u)));
    }

    private static DeviceRig Start(uint configuration, uint mode, uint load)
    {
        var timer = DeviceRig.Create("stellaris-gptm");
        timer[0x00] = configuration;
        timer[0x04] = mode;
        timer[0x28] = load;
        timer[0x18] = 1;
        timer[0x0C] = 1;
        return timer;
    }
}
