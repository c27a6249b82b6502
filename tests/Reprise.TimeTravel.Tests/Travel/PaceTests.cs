using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A run that is held to the host's time is the same run, only later.</summary>
public sealed class PaceTests
{
    private const string Blinking = "buttons";
    private const ulong Length = 100_000;

    [TestCase(Blinking, Length)]
    [TestCase("sleeping", 3_000_000ul)]
    public void Record_Paced_IsTheSameRunAndTakesItsTime(string sample, ulong length)
    {
        using var free = new TravelFixture(sample, 50_000);
        free.Record(length);
        var host = new WaitingHost();
        using var paced = new TravelFixture(sample, 50_000, host, pace: host.Clock);
        paced.Record(length);
        Assert.That(paced.Timeline.StateHash(), Is.EqualTo(free.Timeline.StateHash()));
        Assert.That(paced.Timeline.Position, Is.EqualTo(free.Timeline.Position));
        var time = paced.Timeline.Machine.Time;
        Assert.That(time, Is.GreaterThan(length * TravelFixture.NanosecondsPerInstruction), "it slept");
        Assert.That((ulong)host.Clock.Now, Is.GreaterThanOrEqualTo(time).And.LessThan(time + 40_000_000));
        Assert.That(host.Waits, Is.GreaterThan(5));
    }

    [Test]
    public void Record_InputWhileItWaits_EndsTheWait()
    {
        var host = new WaitingHost { BytesAfter = 3 };
        using var paced = new TravelFixture(Blinking, 50_000, host, pace: host.Clock);
        paced.Record(Length);
        paced.Recorder.CloseInterval();
        Assert.That(host.Given, Is.GreaterThan(10));
        Assert.That(paced.Timeline.History.Events, Has.Count.GreaterThan(10));
        using var straight = TravelFixture.Replaying(Blinking, paced.Timeline.History);
        straight.Timeline.Replay(paced.Timeline.Position, HitMode.Ignore);
        Assert.That(straight.Timeline.StateHash(), Is.EqualTo(paced.Timeline.StateHash()));
    }

    [Test]
    public void Record_InterruptedWhileItWaits_Ends()
    {
        var host = new WaitingHost();
        using var paced = new TravelFixture(Blinking, 50_000, host, pace: host.Clock);
        var reason = paced.Recorder.Record(Length, HitMode.Stop, () => host.Waits >= 5);
        Assert.That(reason, Is.Null);
        Assert.That(host.Waits, Is.EqualTo(5));
        Assert.That(paced.Timeline.Position, Is.LessThan(Length));
    }

    /// <summary>A host whose time goes on only where the run waits for it.</summary>
    private sealed class WaitingHost : IHostInput
    {
        public ManualClock Clock { get; } = new();

        public int Waits { get; private set; }

        public int Given { get; private set; }

        /// <summary>Waits after which there is a byte; none when 0.</summary>
        public int BytesAfter { get; init; }

        public bool CanDeliver => false;

        public bool HasByte(IInputPort port, ulong position) => BytesAfter > 0 && Waits >= BytesAfter * (Given + 1);

        public bool TryRead(IInputPort port, ulong position, out byte value)
        {
            value = (byte)'x';
            var has = HasByte(port, position);
            Given += has ? 1 : 0;
            return has;
        }

        public void Wait()
        {
            Waits++;
            Clock.Now += 20_000_000;
        }
    }

    private sealed class ManualClock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Now;
    }
}
