using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

public sealed class TimelineTests
{
    [Test]
    public void Seek_RandomPositions_StateIsTheOneOfTheRecordedRun()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 50_000);
        fixture.Record(1_000_000);
        fixture.Recorder.CloseInterval();
        var timeline = fixture.Timeline;
        var random = new Random(1);
        var hashes = new Dictionary<ulong, (ulong, ulong)>();
        foreach (var position in Enumerable.Range(0, 60).Select(_ => (ulong)random.NextInt64(1_000_000)).Order())
        {
            timeline.Seek(position);
            hashes[position] = timeline.StateHash();
        }

        for (var i = 0; i < 200; i++)
        {
            var (position, hash) = hashes.ElementAt(random.Next(hashes.Count));
            timeline.Seek(position);
            Assert.That(timeline.Position, Is.EqualTo(position));
            Assert.That(timeline.StateHash(), Is.EqualTo(hash), $"position {position}, seek {i}");
        }

        foreach (var interval in timeline.History.Intervals)
        {
            timeline.Seek(interval.Last);
            Assert.That(timeline.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)), $"{interval.Last}");
        }
    }

    [Test]
    public void Record_Travelled_HistoryIsThatOfAStraightRun()
    {
        using var straight = new TravelFixture("torture", intervalLength: 100_000);
        straight.Record(600_000);
        straight.Recorder.CloseInterval();
        using var travelled = new TravelFixture("torture", intervalLength: 100_000);
        var random = new Random(2);
        while (travelled.Timeline.End < 600_000)
        {
            travelled.Timeline.Seek(travelled.Timeline.End);
            travelled.Record(Math.Min(600_000, travelled.Timeline.End + (ulong)random.Next(1, 40_000)));
            travelled.Timeline.Seek((ulong)random.NextInt64((long)travelled.Timeline.End));
        }

        foreach (var interval in straight.Timeline.History.Intervals)
        {
            travelled.Timeline.Seek(interval.Last);
            Assert.That(travelled.Timeline.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)));
        }

        Assert.That(travelled.Output.Text, Is.EqualTo(straight.Output.Text), "nothing is printed twice, nothing is lost");
    }

    [Test]
    public void Seek_WithInput_EventsAreAppliedAtTheirPositions()
    {
        using var fixture = new TravelFixture(
            "echo", intervalLength: 20_000, new ScriptedInput("hello\nworld of firmware\nquit\n", questionsPerByte: 3));
        Assert.That(fixture.Record(3_000_000)?.Kind, Is.Not.Null);
        fixture.Recorder.CloseInterval();
        var timeline = fixture.Timeline;
        Assert.That(timeline.History.Events, Has.Count.GreaterThan(20));
        Assert.That(fixture.Output.Text, Does.Contain("bye"));
        var end = timeline.StateHash();
        timeline.Seek(0);
        timeline.Replay(timeline.End, HitMode.Ignore);
        Assert.That(timeline.StateHash(), Is.EqualTo(end));
        foreach (var interval in timeline.History.Intervals)
        {
            timeline.Seek(interval.Last);
        }
    }

    [Test]
    public void Recording_RoundTrip_ReplaysEqual()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.reprise");
        try
        {
            (ulong, ulong) end;
            using (var writer = new RecordingWriter(path, TravelFixture.Header("echo")))
            {
                using var fixture = new TravelFixture(
                    "echo", 20_000, new ScriptedInput("hello\nquit\n", questionsPerByte: 2), writer);
                fixture.Record(2_000_000);
                fixture.Recorder.CloseInterval();
                end = fixture.Timeline.StateHash();
                writer.Finish();
            }

            using var file = new RecordingFile(path);
            Assert.That(file.Finished);
            var output = new TextOutput();
            using var timeline = file.CreateTimeline(output, 1 << 28);
            timeline.Seek(timeline.End);
            Assert.That(timeline.StateHash(), Is.EqualTo(end));
            using var bare = file.CreateBareTimeline(output, 1 << 20);
            foreach (var interval in file.History.Intervals)
            {
                bare.Replay(interval.Last, HitMode.Ignore);
                Assert.That(bare.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)), $"{interval.Last}");
            }

            Assert.That(output.Text, Does.Contain("bye"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
