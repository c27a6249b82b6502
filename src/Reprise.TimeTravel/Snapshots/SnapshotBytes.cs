namespace Reprise.TimeTravel.Snapshots;

// Goal: know exactly what a set of snapshots costs together.
//
// Invariants:
// - Total is the sum over distinct pages (by reference) of all trees, plus every snapshot's machine state.
// - Two levels of reference counts keep it: a chunk's count is the number of slots in trees that hold it, a page's the
//   number of slots in counted chunks. A chunk's pages are visited only when it comes or goes, so adding a snapshot
//   costs what changed in it, not the size of RAM.

/// <summary>Counts the bytes of snapshots that share pages.</summary>
internal sealed class SnapshotBytes
{
    private readonly Dictionary<PageChunk, int> _chunks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SharedPage, int> _pages = new(ReferenceEqualityComparer.Instance);

    public long Total { get; private set; }

    public void Add(Snapshot snapshot)
    {
        Total += snapshot.State.Length;
        foreach (var chunk in snapshot.Pages.Chunks)
        {
            if (chunk is null || !Acquire(_chunks, chunk))
            {
                continue;
            }

            foreach (var page in chunk.Pages)
            {
                Total += page is not null && Acquire(_pages, page) ? page.HeldBytes : 0;
            }
        }
    }

    public void Remove(Snapshot snapshot)
    {
        Total -= snapshot.State.Length;
        foreach (var chunk in snapshot.Pages.Chunks)
        {
            if (chunk is null || !Release(_chunks, chunk))
            {
                continue;
            }

            foreach (var page in chunk.Pages)
            {
                Total -= page is not null && Release(_pages, page) ? page.HeldBytes : 0;
            }
        }
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
