using System.Buffers;
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
    private readonly ArrayBufferWriter<byte> _payload = new(); // kept: an interval's pages may be megabytes
    private int _branch;

    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="header">What a replay starts from.</param>
    /// <exception cref="IOException">The file exists or can't be created.</exception>
    public RecordingWriter(string path, RecordingHeader header)
    {
        _writer = new BlockWriter(path);
        Append(BlockKind.Header, 0, 0, header);
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
            Append(BlockKind.Branch, fork, fork, BranchRecord.Of(branch));
        }

        if (events.Count > 0)
        {
            Append(BlockKind.InputEvents, events[0].Position, events[^1].Position, events);
        }

        var record = new SnapshotRecord(snapshot.Position, snapshot.State, changedPages);
        Append(BlockKind.Snapshots, snapshot.Position, snapshot.Position, record);
        Append(BlockKind.Intervals, interval.First, interval.Last, interval);
    }

    /// <summary>Writes the footer. Nothing can be added afterwards.</summary>
    public void Finish() => _writer.Finish();

    public void Dispose() => _writer.Dispose();

    private void Append<T>(BlockKind kind, ulong first, ulong last, params IReadOnlyList<T> records)
        where T : IRecord<T>
    {
        _payload.ResetWrittenCount();
        RecordPayload.Encode(_payload, records);
        _writer.Append(kind, first, last, _payload.WrittenSpan);
    }
}
