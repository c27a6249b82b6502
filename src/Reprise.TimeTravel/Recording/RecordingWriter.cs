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
    /// <summary>Bytes that a record takes beside its data, or more.</summary>
    private const int MostOverhead = 128;

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

        foreach (var part in Parts(events, input => input.Data.Length))
        {
            Append(BlockKind.InputEvents, part[0].Position, part[^1].Position, part);
        }

        var pages = Parts(changedPages, page => page.Bytes.Length).ToList();
        foreach (var part in pages.SkipLast(1))
        {
            AppendSnapshot(new SnapshotRecord(snapshot.Position, ReadOnlyMemory<byte>.Empty, part));
        }

        AppendSnapshot(new SnapshotRecord(snapshot.Position, snapshot.State, pages.Count > 0 ? pages[^1] : []));
        Append(BlockKind.Intervals, interval.First, interval.Last, interval);
    }

    /// <summary>Writes the footer. Nothing can be added afterwards.</summary>
    public void Finish() => _writer.Finish();

    public void Dispose() => _writer.Dispose();

    /// <summary>Pieces that a block has room for, in order.</summary>
    private static IEnumerable<List<T>> Parts<T>(IReadOnlyList<T> records, Func<T, int> length)
    {
        var part = new List<T>();
        var bytes = 0;
        foreach (var record in records)
        {
            if (part.Count > 0 && bytes + length(record) > RecordingFormat.MaxUncompressedLength / 2)
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(record);
            bytes += length(record) + MostOverhead;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private void AppendSnapshot(SnapshotRecord record) =>
        Append(BlockKind.Snapshots, record.Position, record.Position, record);

    private void Append<T>(BlockKind kind, ulong first, ulong last, params IReadOnlyList<T> records)
        where T : IRecord<T>
    {
        _payload.ResetWrittenCount();
        RecordPayload.Encode(_payload, records);
        _writer.Append(kind, first, last, _payload.WrittenSpan);
    }
}
