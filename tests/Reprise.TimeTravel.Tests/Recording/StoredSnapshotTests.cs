using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Tests.Travel;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>Snapshots whose pages stay in the file until they are wanted.</summary>
public sealed class StoredSnapshotTests
{
    private const ulong Length = 1_000_000;

    /// <summary>Half of it holds the snapshots without their pages; the other half does not hold all pages.</summary>
    private const long RoomForSnapshots = 240_000;

    private readonly Dictionary<ulong, (ulong, ulong)> _hashes = [];
    private string _path = "";
    private long _bytesInMemory;

    [OneTimeSetUp]
    public void Record()
    {
        _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.reprise");
        using var writer = new RecordingWriter(_path, TravelFixture.Header("torture"));
        using var fixture = new TravelFixture("torture", 20_000, sink: writer);
        fixture.Record(Length);
        fixture.Recorder.CloseInterval();
        writer.Finish();
        _bytesInMemory = fixture.Timeline.Snapshots.UniqueBytes;
        var random = new Random(5);
        foreach (var position in Enumerable.Range(0, 50).Select(_ => (ulong)random.NextInt64((long)Length)).Append(0ul).Append(Length))
        {
            fixture.Timeline.Seek(position);
            _hashes[position] = fixture.Timeline.StateHash();
        }
    }

    [OneTimeTearDown]
    public void Delete() => File.Delete(_path);

    [TestCase(0)]
    [TestCase(300_000)]
    [TestCase(1 << 28)]
    public void Seek_WithAnyBudget_StateIsTheOneOfTheRecordedRun(long budget)
    {
        using var file = new RecordingFile(_path);
        using var timeline = file.CreateTimeline(new TextOutput(), budget);
        var random = new Random(6);
        for (var i = 0; i < 100; i++)
        {
            var (position, hash) = _hashes.ElementAt(random.Next(_hashes.Count));
            timeline.Seek(position);
            Assert.That(timeline.StateHash(), Is.EqualTo(hash), $"position {position}, seek {i}");
        }
    }

    [Test]
    public void Open_OfManySnapshots_HasAllWithoutTheirPages()
    {
        using var file = new RecordingFile(_path);
        using var timeline = file.CreateTimeline(new TextOutput(), 1 << 28);

        Assert.That(timeline.Snapshots.Snapshots, Has.Count.EqualTo(file.History.Intervals.Count + 1));
        var states = timeline.Snapshots.Snapshots.Sum(snapshot => (long)snapshot.State.Length);
        Assert.That(timeline.Snapshots.UniqueBytes - states, Is.LessThan((_bytesInMemory - states) / 2));
    }

    [Test]
    public void Seek_InAFileThatShrank_SaysSoAndLeavesTheStart()
    {
        var copy = _path + ".copy";
        File.Copy(_path, copy);
        try
        {
            using var file = new RecordingFile(copy);
            using var timeline = file.CreateTimeline(new TextOutput(), RoomForSnapshots);
            timeline.Seek(Length / 2);
            Assert.That(timeline.Snapshots.Snapshots, Has.Count.GreaterThan(40));
            var whole = File.ReadAllBytes(copy);
            using (var stream = new FileStream(copy, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                stream.SetLength(1000);
            }

            var error = Assert.Throws<RecordingException>(() => timeline.Seek(Length));
            Assert.That(error!.Message, Does.Contain(copy).And.Contain("at byte"));
            Assert.That(timeline.Position, Is.Zero);
            Assert.That(timeline.StateHash(), Is.EqualTo(_hashes[0]));

            using (var stream = new FileStream(copy, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                stream.Write(whole);
            }

            timeline.Seek(Length);
            Assert.That(timeline.StateHash(), Is.EqualTo(_hashes[Length]));
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
