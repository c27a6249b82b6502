namespace Reprise.TimeTravel.Snapshots;

// Goal: hold snapshots in order of position, know exactly what they cost together, and stay within a budget of bytes.
//
// Invariants:
// - UniqueBytes is the sum over distinct pages (by reference) of all trees, plus every snapshot's machine state.
// - Two levels of reference counts keep it: a chunk's count is the number of slots in trees that hold it, a page's the
//   number of slots in counted chunks. A chunk's pages are visited only when it comes or goes, so adding a snapshot
//   costs what changed in it, not the size of RAM.
// - One snapshot a position (law 1: a position names one state).
// - Thin drops what the policy says, one at a time, as only the exact count knows what dropping shared pages frees.

/// <summary>The snapshots of a timeline.</summary>
/// <param name="budget">Bytes that <see cref="Thin"/> keeps to, as far as pins and position 0 allow.</param>
public sealed class SnapshotStore(long budget)
{
    private readonly SortedList<ulong, Snapshot> _snapshots = [];
    private readonly HashSet<ulong> _pinned = [];
    private readonly Dictionary<PageChunk, int> _chunks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SharedPage, int> _pages = new(ReferenceEqualityComparer.Instance);

    public long Budget { get; } = budget;

    /// <summary>Bytes of pages, each counted once, and of machine states.</summary>
    public long UniqueBytes { get; private set; }

    /// <summary>In ascending order of position.</summary>
    public IList<Snapshot> Snapshots => _snapshots.Values;

    /// <summary>False, and nothing changed, when there is a snapshot at that position already.</summary>
    public bool Add(Snapshot snapshot)
    {
        if (!_snapshots.TryAdd(snapshot.Position, snapshot))
        {
            return false;
        }

        UniqueBytes += snapshot.State.Length;
        foreach (var chunk in snapshot.Pages.Chunks)
        {
            if (chunk is null || !Acquire(_chunks, chunk))
            {
                continue;
            }

            foreach (var page in chunk.Pages)
            {
                UniqueBytes += page is not null && Acquire(_pages, page) ? page.Length : 0;
            }
        }

        return true;
    }

    /// <summary>The newest snapshot at or before a position; null when there is none.</summary>
    public Snapshot? FindAtOrBefore(ulong position)
    {
        var positions = _snapshots.Keys;
        int low = 0, high = positions.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = positions[middle] <= position ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : _snapshots.Values[low - 1];
    }

    /// <summary>Keeps the snapshot at that position from being dropped. False when there is none.</summary>
    public bool Pin(ulong position)
    {
        if (!_snapshots.ContainsKey(position))
        {
            return false;
        }

        _pinned.Add(position);
        return true;
    }

    /// <summary>False when it was not pinned.</summary>
    public bool Unpin(ulong position) => _pinned.Remove(position);

    public bool IsPinned(ulong position) => _pinned.Contains(position);

    /// <summary>Removes the snapshot at that position, pinned or not. False when there is none.</summary>
    public bool Remove(ulong position)
    {
        if (!_snapshots.Remove(position, out var snapshot))
        {
            return false;
        }

        _pinned.Remove(position);
        UniqueBytes -= snapshot.State.Length;
        foreach (var chunk in snapshot.Pages.Chunks)
        {
            if (chunk is null || !Release(_chunks, chunk))
            {
                continue;
            }

            foreach (var page in chunk.Pages)
            {
                UniqueBytes -= page is not null && Release(_pages, page) ? page.Length : 0;
            }
        }

        return true;
    }

    /// <summary>Drops snapshots far from <paramref name="current"/> until the budget holds; answers how many.</summary>
    public int Thin(ulong current)
    {
        if (UniqueBytes <= Budget)
        {
            return 0;
        }

        // The order of drops does not depend on costs, so they stay zero here.
        var left = new List<SnapshotCost>(_snapshots.Count);
        foreach (var position in _snapshots.Keys)
        {
            left.Add(new SnapshotCost(position, 0, _pinned.Contains(position)));
        }

        var dropped = 0;
        while (UniqueBytes > Budget && ThinningPolicy.NextDrop(left, current) is { } index)
        {
            Remove(left[index].Position);
            left.RemoveAt(index);
            dropped++;
        }

        return dropped;
    }

    /// <summary>True for the first reference.</summary>
    private static bool Acquire<T>(Dictionary<T, int> counts, T item)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(item);
        counts[item] = count + 1;
        return count == 0;
    }

    /// <summary>True for the last reference.</summary>
    private static bool Release<T>(Dictionary<T, int> counts, T item)
        where T : notnull
    {
        var count = counts[item] - 1;
        if (count > 0)
        {
            counts[item] = count;
            return false;
        }

        counts.Remove(item);
        return true;
    }
}
