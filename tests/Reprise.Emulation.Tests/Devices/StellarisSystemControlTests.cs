namespace Reprise.Emulation.Tests.Devices;

public sealed class StellarisSystemControlTests
{
    private const uint Rcc = 0x60;
    private const uint Rcc2 = 0x70;

    [Test]
    public void Clock_FollowsTheDividers()
    {
        var control = DeviceRig.Create("stellaris-sysctl");
        control.Reset();
        Assert.That(control.CpuClock.Frequency, Is.EqualTo(12_500_000));
        control[Rcc] = 3 << 23;
        Assert.That(control.CpuClock.Frequency, Is.EqualTo(50_000_000));
        control[Rcc] = 2 << 23;
        Assert.That(control.CpuClock.Rate.TimeOf(1_000_000_000), Is.EqualTo(15_000_000_000), "15 ns, with no rounding");
        control[Rcc2] = (1u << 31) | (9 << 23);
        Assert.That(control.CpuClock.Frequency, Is.EqualTo(20_000_000));
    }

    [Test]
    public void Restore_PutsTheClockBack()
    {
        var control = DeviceRig.Create("stellaris-sysctl");
        control[Rcc] = 3 << 23;
        var state = control.Save();
        control[Rcc] = 7 << 23;
        control.Restore(state);
        Assert.That(control.CpuClock.Frequency, Is.EqualTo(50_000_000));
    }

    [Test]
    public void PowerUpOfThePll_Masked_InterruptsUntilCleared()
    {
        var control = DeviceRig.Create("stellaris-sysctl");
        control[0x54] = 0x40;
        control[Rcc] &= ~(1u << 13);
        Assert.That((control[0x50], control.Levels[0]), Is.EqualTo((0x40u, true)));
        control[0x58] = 0x40;
        Assert.That((control[0x50], control.Levels[0]), Is.EqualTo((0u, false)));
    }
}
