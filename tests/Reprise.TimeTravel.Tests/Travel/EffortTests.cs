using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>What costs the host more than plain instructions do is recorded in shorter intervals, and looked at more often.</summary>
public sealed class EffortTests
{
    private const ulong Length = 3_000_000;
    private const ulong Long = 100 * Length;

    [Test]
    public void Record_GuestThatPollsDevices_ClosesIntervalsEarly()
    {
        using var polling = new TravelFixture("polling", RecorderOptions.DefaultIntervalLength);
        polling.Record(Length);
        Assert.That(polling.Timeline.History.Intervals, Has.Count.GreaterThan(3));

        using var whole = new TravelFixture("polling", Long);
        whole.Record(Length);
        Assert.That(whole.Timeline.History.Intervals, Is.Empty, "the limit grows with the interval that was asked for");
        Assert.That(whole.Timeline.StateHash(), Is.EqualTo(polling.Timeline.StateHash()));
        whole.Recorder.CloseInterval();
        foreach (var interval in polling.Timeline.History.Intervals)
        {
            whole.Timeline.Seek(interval.Last);
            Assert.That(whole.Timeline.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)), $"at {interval.Last}");
        }
    }

    [Test]
    public void Record_GuestThatComputes_KeepsTheLengthThatWasAskedFor()
    {
        using var plain = new TravelFixture("compute", 500_000);
        plain.Record(Length);
        Assert.That(plain.Timeline.History.Intervals, Has.Count.EqualTo((int)(Length / 500_000)));
    }

    [Test]
    public void Run_WithAnEffortLimit_EndsThereAndGoesOnAsIfItHadNot()
    {
        using var straight = new TravelFixture("polling", Long);
        straight.Record(Length);
        using var chopped = new TravelFixture("polling", Long);
        var engine = chopped.Timeline.Machine.Engine;
        var machine = chopped.Timeline.Machine;
        var stops = 0;
        while (machine.Position < Length)
        {
            engine.EffortLimit = engine.Effort + 50_000;
            var before = engine.Effort;
            var reason = machine.Run(Length, HitMode.Ignore);
            Assert.That(reason.Kind, Is.EqualTo(machine.Position < Length ? StopKind.InputPossible : StopKind.LimitReached));
            Assert.That(engine.Effort - before, Is.LessThan(100_000));
            stops++;
        }

        Assert.That(stops, Is.GreaterThan(100));
        Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
    }

    /// <summary>Slices of plain instructions would come to the end before it asks so often.</summary>
    [Test]
    public void Record_InterruptedInAGuestThatPollsDevices_EndsSoon()
    {
        using var polling = new TravelFixture("polling", Long);
        var asked = 0;
        var reason = polling.Recorder.Record(Length, HitMode.Stop, () => ++asked == 3);
        Assert.That(reason, Is.Null);
        Assert.That(polling.Timeline.Machine.Engine.Effort, Is.LessThan(4 * 10_000_000ul));
        Assert.That(polling.Timeline.Position, Is.LessThan(Length));
    }
}
