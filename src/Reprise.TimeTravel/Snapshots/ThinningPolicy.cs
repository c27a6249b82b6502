namespace Reprise.TimeTravel.Snapshots;

// Goal: keep the snapshots within a budget, dense near the current position and sparse far from it, so that going back
// a little replays little, and going back far costs in proportion to how far.
//
// Invariants:
// - Pure: the answer follows from the arguments alone.
// - Position 0 and pinned snapshots are never chosen.
// - One at a time, the snapshot goes whose absence hurts least: the gap it would leave (from the one before to the one
//   after) divided by the distance of the snapshot from the current position. Gaps thus settle in proportion to the
//   distance, which is logarithmic spacing. Quotients are compared by exact cross multiplication in 128 bits.
// - A tie drops the earlier position.
// - Nothing is dropped that the budget does not ask for.

/// <summary>Chooses which snapshots to drop.</summary>
public static class ThinningPolicy
{
    /// <summary>The positions to drop, in order, until the costs sum to at most <paramref name="budget"/>.</summary>
    /// <param name="snapshots">In strictly ascending order of position.</param>
    /// <param name="current">The position to stay dense around.</param>
    /// <param name="budget">Bytes. When all that may be dropped is not enough, all of it is dropped.</param>
    /// <exception cref="ArgumentException">The positions do not ascend, or a cost is negative.</exception>
    public static IReadOnlyList<ulong> SelectDrops(IReadOnlyList<SnapshotCost> snapshots, ulong current, long budget)
    {
        var left = new List<SnapshotCost>(snapshots);
        long total = 0;
        for (var i = 0; i < left.Count; i++)
        {
            if (left[i].Bytes < 0 || (i > 0 && left[i].Position <= left[i - 1].Position))
            {
                throw new ArgumentException("Positions must ascend and costs be positive.", nameof(snapshots));
            }

            total = checked(total + left[i].Bytes);
        }

        var drops = new List<ulong>();
        while (total > budget && NextDrop(left, current) is { } index)
        {
            total -= left[index].Bytes;
            drops.Add(left[index].Position);
            left.RemoveAt(index);
        }

        return drops;
    }

    /// <summary>Index of the snapshot missed least; null when none may be dropped. Costs play no part.</summary>
    public static int? NextDrop(IReadOnlyList<SnapshotCost> snapshots, ulong current)
    {
        int? best = null;
        UInt128 bestGap = 0;
        UInt128 bestDistance = 1;
        for (var i = 0; i < snapshots.Count; i++)
        {
            var position = snapshots[i].Position;
            if (snapshots[i].Pinned || position == 0)
            {
                continue;
            }

            // History begins at 0 and the current position ends it, when no snapshot does.
            var before = i > 0 ? snapshots[i - 1].Position : 0;
            var after = i + 1 < snapshots.Count ? snapshots[i + 1].Position : Math.Max(position, current);

            // At most 2^64 - 1 and 2^64: their product still fits 128 bits.
            UInt128 gap = after - before;
            var distance = (UInt128)(position > current ? position - current : current - position) + 1;
            if (best is null || gap * bestDistance < bestGap * distance)
            {
                (best, bestGap, bestDistance) = (i, gap, distance);
            }
        }

        return best;
    }
}
