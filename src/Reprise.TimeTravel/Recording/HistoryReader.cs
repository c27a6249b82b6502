using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>Builds the history of a recording, branch by branch, and checks that each thing follows what precedes it.</summary>
internal sealed class HistoryReader
{
    private readonly BlockReader _reader;
    private readonly List<SnapshotBlock> _snapshots = [];

    /// <exception cref="RecordingException">Something that can't follow what stands before it.</exception>
    public HistoryReader(BlockReader reader)
    {
        _reader = reader;
        ReadHistory();
    }

    /// <summary>The first branch, which has all others in its list.</summary>
    public History Root { get; } = new();

    /// <summary>The blocks of snapshots whose events are all known, in the order of the file.</summary>
    public IReadOnlyList<SnapshotBlock> Snapshots => _snapshots;

    /// <summary>
    /// Events and snapshots come before the interval that they belong to; behind the last interval of a branch they are
    /// left out, as theirs was never sealed.
    /// </summary>
    private void ReadHistory()
    {
        var branch = Root;
        var events = new List<InputEvent>();
        foreach (var block in _reader.Blocks)
        {
            switch (block.Kind)
            {
                case BlockKind.Branch:
                    branch = ReadBranch(block);
                    events.Clear();
                    break;
                case BlockKind.InputEvents:
                    events.AddRange(_reader.ReadRecords<InputEvent>(block));
                    break;
                case BlockKind.Snapshots:
                    _snapshots.Add(new SnapshotBlock(block, branch, branch.Events.Count + events.Count));
                    break;
                case BlockKind.Intervals:
                    AddIntervals(block, branch, events);
                    break;
            }
        }

        _snapshots.RemoveAll(snapshot => snapshot.Events > snapshot.Branch.Events.Count);
        foreach (var every in Root.Branches)
        {
            every.Finish();
        }
    }

    private History ReadBranch(BlockInfo block)
    {
        var branches = Root.Branches;
        var records = _reader.ReadRecords<BranchRecord>(block);
        if (records is not [var record] || record.Number > branches.Count || record.Parent >= branches.Count)
        {
            throw Bad(block.Offset, $"one branch, numbered {branches.Count} or below, that forks from one before it");
        }

        if (record.Number < branches.Count)
        {
            var known = branches[(int)record.Number];
            return record == BranchRecord.Of(known)
                ? known
                : throw Bad(block.Offset, $"branch {known.Number} as before");
        }

        var parent = branches[(int)record.Parent];
        if (record.ForkPosition > parent.ClosedEnd || parent.OwnerOf(record.ForkPosition) != parent)
        {
            throw Bad(
                block.Offset,
                $"a fork between {parent.ForkPosition} and {parent.ClosedEnd} of branch {parent.Number}");
        }

        return branches.Count < History.MostBranches
            ? parent.Fork(record.ForkPosition)
            : throw Bad(block.Offset, $"at most {History.MostBranches} branches");
    }

    private void AddIntervals(BlockInfo block, History branch, List<InputEvent> events)
    {
        foreach (var interval in _reader.ReadRecords<IntervalRecord>(block))
        {
            if (interval.First != branch.ClosedEnd)
            {
                throw Bad(block.Offset, $"an interval that begins at {branch.ClosedEnd}, not at {interval.First}");
            }

            var count = events.TakeWhile(input => input.Position <= interval.Last).Count();
            foreach (var input in events.Take(count))
            {
                var last = branch.Events.Count > 0 ? branch.Events[^1].Position : 0;
                if (input.Position < Math.Max(last, branch.ForkPosition))
                {
                    throw Bad(block.Offset, $"input events in order; one at {input.Position} follows one at {last}");
                }

                branch.Add(input);
            }

            events.RemoveRange(0, count);
            branch.Add(interval);
        }
    }

    private RecordingException Bad(long offset, string expected) => new(_reader.Name, offset, expected);
}
