using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Tests.Travel;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>Intervals that change more memory, or take more input, than one block holds.</summary>
public sealed class LargeIntervalTests
{
    private string _path = "";

    [SetUp]
    public void ChoosePath() => _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.reprise");

    [TearDown]
    public void Delete() => File.Delete(_path);

    [Test]
    public void Add_MorePagesThanABlockHolds_ReadsWhatWasWritten()
    {
        (ulong, ulong) hash;
        using (var writer = new RecordingWriter(_path, TravelFixture.Header("torture")))
        using (var live = new TravelFixture("torture", 50_000, sink: new Inflating(writer)))
        {
            live.Record(120_000);
            live.Recorder.CloseInterval();
            writer.Finish();
            hash = live.Timeline.StateHash();
        }

        using var file = new RecordingFile(_path);
        Assert.That(file.SnapshotCount, Is.GreaterThan(3 + file.History.Intervals.Count), "several blocks each");
        using var timeline = file.CreateTimeline(new TextOutput(), 1 << 28);
        Assert.That(timeline.Snapshots.Snapshots.Select(snapshot => snapshot.Position), Is.EqualTo(new ulong[] { 0, 50_000, 100_000, 120_000 }));
        timeline.Seek(timeline.End);
        Assert.That(timeline.StateHash(), Is.EqualTo(hash));
    }

    /// <summary>Each page many times, all but the last time with other bytes: the last counts.</summary>
    private sealed class Inflating(RecordingWriter writer) : IRecordingSink
    {
        public void Add(
            History branch,
            IntervalRecord interval,
            IReadOnlyList<InputEvent> events,
            Snapshot snapshot,
            IReadOnlyList<ChangedPage> changedPages)
        {
            var wrong = new byte[changedPages[0].Bytes.Length];
            wrong.AsSpan().Fill(0x5a);
            var times = (80 << 20) / wrong.Length;
            var before = Enumerable.Range(0, times)
                .Select(i => new ChangedPage(changedPages[i % changedPages.Count].Number, wrong));
            writer.Add(branch, interval, events, snapshot, [.. before, .. changedPages]);
        }
    }
}
