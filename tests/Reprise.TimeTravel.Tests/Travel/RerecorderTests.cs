using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>What is recorded again, in whatever intervals, is what happened.</summary>
public sealed class RerecorderTests
{
    private const ulong Length = 60_000;

    [Test]
    public void Run_WithAnyLength_ComesToTheSameStates(
        [Values("ticks", "torture", "echo", "semihosting", "microbit/tick")] string sample,
        [Values(97ul, 5_000ul, ulong.MaxValue / 2)] ulong length)
    {
        using var known = Record(sample);
        var history = known.Timeline.History;
        using var again = TravelFixture.Replaying(sample, new History());
        var rerecorder = new Rerecorder(again.Timeline, history, new RecorderOptions(length), sink: null);
        Assert.That(rerecorder.Run(() => false));
        Assert.That(again.Timeline.History.ClosedEnd, Is.EqualTo(history.ClosedEnd));
        Assert.That(again.Timeline.History.Events, Is.EqualTo(history.Events));
        Assert.That(
            again.Timeline.History.Intervals.Max(interval => interval.Last - interval.First),
            Is.EqualTo(Math.Min(length, history.ClosedEnd)));
        foreach (var position in new[] { history.ClosedEnd, history.ClosedEnd / 3, history.ClosedEnd / 7, 1ul })
        {
            known.Timeline.Seek(position);
            again.Timeline.Seek(position);
            Assert.That(again.Timeline.StateHash(), Is.EqualTo(known.Timeline.StateHash()), $"at {position}");
        }
    }

    [Test]
    public void Run_Interrupted_SaysSo()
    {
        using var known = Record("ticks");
        using var again = TravelFixture.Replaying("ticks", new History());
        var rerecorder = new Rerecorder(again.Timeline, known.Timeline.History, new RecorderOptions(100), sink: null);
        Assert.That(rerecorder.Run(() => true), Is.False);
        Assert.That(again.Timeline.Position, Is.LessThan(known.Timeline.End));
    }

    [Test]
    public void Run_OfAnotherFirmwaresHistory_SaysWhereItStopped()
    {
        using var known = Record("ticks");
        using var again = TravelFixture.Replaying("semihosting", new History());
        var rerecorder = new Rerecorder(again.Timeline, known.Timeline.History, new RecorderOptions(100), sink: null);
        Assert.That(
            () => rerecorder.Run(() => false),
            Throws.TypeOf<DivergenceException>().With.Message.Contains("on its way to"));
    }

    [Test]
    public void Run_ThatEndsInAnotherState_SaysSo()
    {
        using var known = Record("ticks");
        var other = new History();
        foreach (var interval in known.Timeline.History.Intervals)
        {
            other.Add(interval with { HashLow = interval.HashLow ^ 1 });
        }

        using var again = TravelFixture.Replaying("ticks", new History());
        var rerecorder = new Rerecorder(again.Timeline, other, new RecorderOptions(5_000), sink: null);
        Assert.That(
            () => rerecorder.Run(() => false), Throws.TypeOf<DivergenceException>().With.Message.Contains("not what it was"));
    }

    /// <summary>A run with input of every kind: bytes, answers of the host, a poke, steps that hold interrupts and time, a reset.</summary>
    private static TravelFixture Record(string sample)
    {
        var input = new ScriptedInput(sample is "echo" or "torture" ? "hello\n" : "");
        var fixture = new TravelFixture(sample, 7_000, input, host: new NoHostServices());
        fixture.Record(Length / 4);
        var position = fixture.Timeline.Position;
        fixture.Recorder.Poke(InputKind.Register, [5, 1, 2, 3, 4]);
        fixture.Recorder.Hold(StepHolds.All);
        fixture.Record(position + 100);
        fixture.Recorder.Hold(StepHolds.None);
        fixture.Recorder.Poke(InputKind.Reset, []);
        fixture.Record(Length);
        fixture.Recorder.CloseInterval();
        return fixture;
    }
}
