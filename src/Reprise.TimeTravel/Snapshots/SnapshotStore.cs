using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Snapshots;

// Goal: hold snapshots in order of position, and stay within a budget of bytes.
//
// Invariants:
// - One snapshot a position (law 1: a position names one state), of those on the way to the end of one branch. The
//   others, of other branches, are aside: they count, and may be dropped, but are not found.
// - Thin drops what the policy says, one at a time, as only the exact count knows what dropping shared pages frees.

/// <summary>The snapshots of a timeline.</summary>
/// <param name="budget">Bytes that <see cref="Thin"/> keeps to, as far as pins and position 0 allow.</param>
public sealed class SnapshotStore(long budget)
{
    private readonly SortedList<ulong, Snapshot> _snapshots = [];
    private readonly HashSet<(int Branch, ulong Position)> _pinned = [];
    private readonly SnapshotBytes _bytes = new();
    private List<Snapshot> _aside = [];
    private History? _branch;

    public long Budget { get; } = budget;

    /// <summary>Bytes of pages, each counted once, and of machine states.</summary>
    public long UniqueBytes => _bytes.Total;

    /// <summary>Those that can be found, in ascending order of position.</summary>
    public IList<Snapshot> Snapshots => _snapshots.Values;

    /// <summary>Snapshots of other branches.</summary>
    public IReadOnlyList<Snapshot> Aside => _aside;

    /// <summary>False, and nothing changed, when there is a snapshot at that position already.</summary>
    public bool Add(Snapshot snapshot)
    {
        if (!_snapshots.TryAdd(snapshot.Position, snapshot))
        {
            return false;
        }

        _bytes.Add(snapshot);
        return true;
    }

    /// <summary>
    /// Adds a snapshot in place of one of the same branch and position; another branch's at that position goes aside, and
    /// so does this one if it is not on the way.
    /// </summary>
    public void Put(Snapshot snapshot)
    {
        _bytes.Add(snapshot);
        if (!IsOnTheWay(snapshot))
        {
            _aside.Add(snapshot);
            return;
        }

        if (_snapshots.TryGetValue(snapshot.Position, out var there))
        {
            if (there.Branch == snapshot.Branch)
            {
                _bytes.Remove(there);
            }
            else
            {
                _aside.Add(there);
            }
        }

        _snapshots[snapshot.Position] = snapshot;
    }

    /// <summary>Makes a branch the one whose snapshots are found. Where several share a position, its own is.</summary>
    public void Follow(History branch)
    {
        _branch = branch;
        List<Snapshot> all = [.. _snapshots.Values, .. _aside];
        _snapshots.Clear();
        _aside = [];
        foreach (var snapshot in all.OrderByDescending(snapshot => snapshot.Branch))
        {
            if (!IsOnTheWay(snapshot) || !_snapshots.TryAdd(snapshot.Position, snapshot))
            {
                _aside.Add(snapshot);
            }
        }
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
        if (!_snapshots.TryGetValue(position, out var snapshot))
        {
            return false;
        }

        _pinned.Add((snapshot.Branch, position));
        return true;
    }

    /// <summary>False when it was not pinned.</summary>
    public bool Unpin(ulong position, int branch = 0) => _pinned.Remove((branch, position));

    /// <summary>Removes the snapshot at that position, pinned or not. False when there is none.</summary>
    public bool Remove(ulong position)
    {
        if (!_snapshots.Remove(position, out var snapshot))
        {
            return false;
        }

        _pinned.Remove((snapshot.Branch, position));
        _bytes.Remove(snapshot);
        return true;
    }

    /// <summary>Removes a snapshot wherever it is, unless it is pinned, or gone already.</summary>
    public void Drop(Snapshot snapshot)
    {
        if (IsPinned(snapshot))
        {
            return;
        }

        var index = _aside.FindIndex(other => ReferenceEquals(other, snapshot));
        if (index >= 0)
        {
            _aside.RemoveAt(index);
            _bytes.Remove(snapshot);
        }
        else if (_snapshots.TryGetValue(snapshot.Position, out var there) && ReferenceEquals(there, snapshot))
        {
            Remove(snapshot.Position);
        }
    }

    /// <summary>Drops snapshots far from <paramref name="current"/> until the budget holds; answers how many.</summary>
    public int Thin(ulong current)
    {
        if (UniqueBytes <= Budget)
        {
            return 0;
        }

        var dropped = DropAside(keep: _snapshots.Count);

        // The order of drops does not depend on costs, so they stay zero here.
        var left = new List<SnapshotCost>(_snapshots.Count);
        foreach (var snapshot in _snapshots.Values)
        {
            left.Add(new SnapshotCost(snapshot.Position, 0, IsPinned(snapshot)));
        }

        while (UniqueBytes > Budget && ThinningPolicy.NextDrop(left, current) is { } index)
        {
            Remove(left[index].Position);
            left.RemoveAt(index);
            dropped++;
        }

        return dropped + DropAside(keep: 0);
    }

    /// <summary>
    /// Drops of those aside every other one, again and again: who crosses over finds a thinner row there, and pays with
    /// a longer replay.
    /// </summary>
    private int DropAside(int keep)
    {
        var dropped = 0;
        for (var round = int.MaxValue; round > 0 && UniqueBytes > Budget && _aside.Count > keep;)
        {
            var row = _aside.Where(snapshot => !IsPinned(snapshot) && snapshot.Position != 0)
                .OrderBy(snapshot => snapshot.Branch).ThenBy(snapshot => snapshot.Position).ToList();
            round = 0;
            for (var i = row.Count - 1; i >= 0 && UniqueBytes > Budget; i -= 2)
            {
                Drop(row[i]);
                round++;
            }

            dropped += round;
        }

        return dropped;
    }

    private bool IsPinned(Snapshot snapshot) => _pinned.Contains((snapshot.Branch, snapshot.Position));

    /// <summary>Whether a snapshot is of the branch that is followed, or of its ancestors up to where it forks.</summary>
    private bool IsOnTheWay(Snapshot snapshot)
    {
        for (var branch = _branch; branch is not null && branch.Number != snapshot.Branch; branch = branch.Parent)
        {
            if (branch.Parent is null
                || snapshot.Position > branch.ForkPosition
                || snapshot.EventIndex > branch.FirstEvent)
            {
                return false;
            }
        }

        return true;
    }
}
