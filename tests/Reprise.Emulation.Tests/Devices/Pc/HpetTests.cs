using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Pc;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Devices.Pc;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HpetTests
{
    private const uint Configuration = 0x10;
    private const uint Status = 0x20;
    private const uint Counter = 0xF0;
    private const uint Enable = 1 << 2;
    private const uint Level = 1 << 1;
    private const uint Periodic = 1 << 3;
    private const uint SetValue = 1 << 6;
    private const uint Narrow = 1 << 8;

    private readonly VirtualClock _clock = new();
    private readonly List<string> _log = [];

    [Test]
    public void Timer_Once_AsksAtItsTime()
    {
        var hpet = NewHpet();
        Set(hpet, 0, Enable, 1_000);
        hpet.Write(Configuration, 1, 4);
        Advance(100_000);
        Assert.That(_log, Is.EqualTo(new[] { "10000 others on", "10000 others off" }));
        Assert.That(hpet.Peek(Counter, 4), Is.EqualTo(10_000));
    }

    [Test]
    public void Timer_Periodic_AsksAgainAndAgain()
    {
        var hpet = NewHpet();
        Set(hpet, 1, Enable | Periodic | SetValue | Narrow, 500);
        hpet.Write(Offset(1) + 8, 300, 4);
        hpet.Write(Configuration, 1, 4);
        Advance(12_000);
        Assert.That(_log.Where(line => line.EndsWith("on", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "5000 others on", "8000 others on", "11000 others on",
        }));
        Assert.That(hpet.Peek(Offset(1) + 8, 4), Is.EqualTo(500 + (3 * 300)));
    }

    [Test]
    public void Timer_OfLevel_AsksUntilItsStatusIsCleared()
    {
        var hpet = NewHpet();
        Set(hpet, 2, Enable | Level, 100);
        hpet.Write(Configuration, 1, 4);
        Advance(5_000);
        Assert.That((hpet.Peek(Status, 4), string.Join(", ", _log)), Is.EqualTo((4u, "1000 others on")));
        hpet.Write(Status, 4, 4);
        Assert.That((hpet.Peek(Status, 4), _log[^1]), Is.EqualTo((0u, "5000 others off")));
    }

    [Test]
    public void Legacy_Replacement_TakesThePlacesOfTheOtherTimers()
    {
        var hpet = NewHpet();
        var (pit, rtc) = (hpet.FindInput("pit")!, hpet.FindInput("rtc")!);
        pit(true);
        pit(false);
        rtc(true);
        Assert.That(_log, Is.EqualTo(new[] { "0 tick on", "0 tick off", "0 clock on" }));
        _log.Clear();
        Set(hpet, 0, Enable, 1_000);
        Set(hpet, 1, Enable, 2_000);
        hpet.Write(Configuration, 3, 4);
        pit(true);
        Advance(30_000);
        Assert.That(_log, Is.EqualTo(new[]
        {
            "0 clock off", "10000 tick on", "10000 tick off", "20000 clock on", "20000 clock off",
        }));
        hpet.Write(Configuration, 1, 4);
        Assert.That(_log.TakeLast(2), Is.EqualTo(new[] { "30000 tick on", "30000 clock on" }));
    }

    [Test]
    public void Counter_Stopped_KeepsAndTakesItsValue()
    {
        var hpet = NewHpet();
        hpet.Write(Counter, 0xFFFF_FFFF, 4);
        hpet.Write(Configuration, 1, 4);
        Advance(20);
        hpet.Write(Configuration, 0, 4);
        Advance(1_000);
        Assert.That((hpet.Peek(Counter, 4), hpet.Peek(Counter + 4, 4)), Is.EqualTo((1u, 1u)));
    }

    [Test]
    public void Registers_AfterRandomWrites_ReadAsOnQemu()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var hpet = NewHpet();
            using var qemu = new QemuPorts();
            for (var step = 0; step < 400; step++)
            {
                var offset = random.Next(4) == 0 ? (uint)random.Next(64) * 4 : 0x100 + ((uint)random.Next(24) * 4);
                if (random.Next(2) == 0)
                {
                    // Nothing runs: what happens in no time would differ.
                    var value = offset == Configuration ? (uint)random.Next(2) * 2 : (uint)random.NextInt64(1L << 32);
                    hpet.Write(offset, value, 4);
                    qemu.WriteMemory(0xFED0_0000 + offset, value);
                }

                Assert.That(hpet.Read(offset, 4), Is.EqualTo(qemu.ReadMemory(0xFED0_0000 + offset)), $"seed {seed}, {offset:x}");
            }
        }
    }

    private static uint Offset(int timer) => 0x100 + (0x20 * (uint)timer);

    private static void Set(Hpet hpet, int timer, uint configuration, uint comparator)
    {
        hpet.Write(Offset(timer), configuration, 4);
        hpet.Write(Offset(timer) + 8, comparator, 4);
        hpet.Write(Offset(timer) + 12, 0, 4);
    }

    private Hpet NewHpet() => new("hpet", _clock, NewLine("tick"), NewLine("clock"), NewLine("others"));

    private InterruptLine NewLine(string name) =>
        new(0, (_, level) => _log.Add($"{_clock.Now} {name} {(level ? "on" : "off")}"));

    private void Advance(ulong nanoseconds)
    {
        var end = _clock.Now + nanoseconds;
        while (_clock.NextDeadline <= end)
        {
            _clock.Now = Math.Max(_clock.Now, _clock.NextDeadline);
            _clock.FireExpired();
        }

        _clock.Now = end;
    }
}
