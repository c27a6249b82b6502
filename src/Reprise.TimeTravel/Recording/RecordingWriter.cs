using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>
/// Writes a run into a recording file while it goes on. Each interval's blocks are sealed in the order events, snapshot,
/// interval: an interval is in the file only if all that leads to its end is.
/// </summary>
public sealed class RecordingWriter : IRecordingSink, IDisposable
{
    private readonly BlockWriter _writer;
    private int _branch;

    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="header">What a replay starts from.</param>
    /// <exception cref="IOException">The file exists or can't be created.</exception>
    public RecordingWriter(string path, RecordingHeader header)
    {
        _writer = new BlockWriter(path);
        _writer.Append(BlockKind.Header, 0, 0, RecordPayload.Encode(header));
    }

    public void Add(
        History branch,
        IntervalRecord interval,
        IReadOnlyList<InputEvent> events,
        Snapshot snapshot,
        IReadOnlyList<ChangedPage> changedPages)
    {
        if (branch.Number != _branch)
        {
            _branch = branch.Number;
            var fork = branch.ForkPosition;
            _writer.Append(BlockKind.Branch, fork, fork, RecordPayload.Encode(BranchRecord.Of(branch)));
        }

        if (events.Count > 0)
        {
            _writer.Append(BlockKind.InputEvents, events[0].Position, events[^1].Position, RecordPayload.Encode(events));
        }

        var record = new SnapshotRecord(snapshot.Position, snapshot.State, changedPages);
        _writer.Append(BlockKind.Snapshots, snapshot.Position, snapshot.Position, RecordPayload.Encode(record));
        _writer.Append(BlockKind.Intervals, interval.First, interval.Last, RecordPayload.Encode(interval));
    }

    /// <summary>Writes the footer. Nothing can be added afterwards.</summary>
    public void Finish() => _writer.Finish();

    public void Dispose() => _writer.Dispose();
}
