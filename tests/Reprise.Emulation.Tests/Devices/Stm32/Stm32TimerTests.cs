namespace Reprise.Emulation.Tests.Devices.Stm32;

public sealed class Stm32TimerTests
{
    private const uint Cr1 = 0x00;
    private const uint Dier = 0x0C;
    private const uint Sr = 0x10;
    private const uint Egr = 0x14;
    private const uint Cnt = 0x24;
    private const uint Psc = 0x28;
    private const uint Arr = 0x2C;
    private const uint Ccr2 = 0x38;

    [Test]
    public void Count_WithPrescalerAndReload_OverflowsEachPeriodAndInterrupts()
    {
        var timer = Started(prescaler: 9, reload: 99);
        timer[Dier] = 1;
        timer.Advance((1_000 * DeviceRig.Tick) - 1);
        Assert.That(timer[Cnt], Is.EqualTo(99));
        Assert.That(timer.Levels[0], Is.False);
        timer.Advance(1);
        Assert.That(timer[Cnt], Is.Zero);
        Assert.That(timer[Sr] & 1, Is.EqualTo(1));
        Assert.That(timer.Levels[0], Is.True);
        timer[Sr] = 0;
        Assert.That(timer.Levels[0], Is.False);
        timer.Advance(999 * DeviceRig.Tick);
        Assert.That(timer.Levels[0], Is.False);
        timer.Advance(DeviceRig.Tick);
        Assert.That(timer.Levels[0], Is.True);
    }

    [Test]
    public void Prescaler_WithoutAnUpdate_ActsFromTheNextOneOn()
    {
        var timer = DeviceRig.Create("stm32-timer");
        timer[Psc] = 9;
        timer[Arr] = 99;
        timer[Cr1] = 1;
        timer.Advance(100 * DeviceRig.Tick);
        Assert.That(timer[Sr] & 1, Is.EqualTo(1), "the first period is not divided yet");
        timer.Advance(500 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(50));
    }

    [Test]
    public void Reload_Preloaded_ActsFromTheNextUpdateOn()
    {
        var timer = Started(prescaler: 0, reload: 99, control: 0x81);
        timer[Arr] = 9;
        timer.Advance(60 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(60));
        timer.Advance(40 * DeviceRig.Tick);
        timer[Sr] = 0;
        timer.Advance(9 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(9));
        Assert.That(timer[Sr] & 1, Is.Zero);
        timer.Advance(DeviceRig.Tick);
        Assert.That(timer[Sr] & 1, Is.EqualTo(1));
    }

    [Test]
    public void Reload_BelowTheCount_LetsItRunToTheEndFirst()
    {
        var timer = Started(prescaler: 0, reload: 0xFFFF);
        timer[Cnt] = 0xFFF0;
        timer[Arr] = 9;
        timer.Advance(15 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(0xFFFF));
        timer.Advance(5 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(4));
    }

    [Test]
    public void Count_OnePulse_StopsAtTheOverflow()
    {
        var timer = Started(prescaler: 0, reload: 99, control: 0x09);
        timer.Advance(1_000 * DeviceRig.Tick);
        Assert.That(timer[Cr1], Is.EqualTo(8));
        Assert.That(timer[Cnt], Is.Zero);
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue));
    }

    [Test]
    public void Count_Down_GoesFromReloadToZero()
    {
        var timer = Started(prescaler: 0, reload: 99, control: 0x11);
        timer[Egr] = 1;
        timer[Sr] = 0;
        Assert.That(timer[Cnt], Is.EqualTo(99));
        timer.Advance(30 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(69));
        timer.Advance(70 * DeviceRig.Tick);
        Assert.That(timer[Cnt], Is.EqualTo(99));
        Assert.That(timer[Sr] & 1, Is.EqualTo(1));
    }

    [Test]
    public void Compare_AtTheValue_SetsItsFlag()
    {
        var timer = Started(prescaler: 0, reload: 99);
        timer[Ccr2] = 40;
        timer[Dier] = 4;
        timer.Advance((40 * DeviceRig.Tick) - 1);
        Assert.That(timer.Levels[0], Is.False);
        timer.Advance(1);
        Assert.That(timer.Levels[0], Is.True);
        Assert.That(timer[Sr] & 5, Is.EqualTo(4));
        timer.Advance(100 * DeviceRig.Tick);
        Assert.That(timer.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue), "all flags are set: nobody would see more");
    }

    private static DeviceRig Started(uint prescaler, uint reload, uint control = 1)
    {
        var timer = DeviceRig.Create("stm32-timer");
        timer[Psc] = prescaler;
        timer[Arr] = reload;
        timer[Egr] = 1;
        timer[Sr] = 0;
        timer[Cr1] = control;
        return timer;
    }
}
