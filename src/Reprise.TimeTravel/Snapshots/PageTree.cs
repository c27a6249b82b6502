namespace Reprise.TimeTravel.Snapshots;

// Goal: hold the whole RAM of every snapshot while paying only for the pages that changed between two of them.
//
// Invariants:
// - A tree never changes: With copies the root and the chunks it touches, and shares everything else.
// - Two levels: a root of chunks, 256 pages a chunk. 16 MiB of 4 KiB pages is a root of 16; copying it is cheap.
// - Sharing is by reference, chunk or page. Who counts references (SnapshotStore) does it outside the tree, so that a
//   tree can stand in several stores, as it does when a timeline forks.

/// <summary>An immutable array of pages by number; shares what did not change with the tree it came from.</summary>
public sealed class PageTree
{
    private readonly PageChunk?[] _chunks;

    private PageTree(PageChunk?[] chunks) => _chunks = chunks;

    /// <summary>The tree without a page.</summary>
    public static PageTree Empty { get; } = new([]);

    /// <summary>The page of that number; null when none was ever set.</summary>
    public SharedPage? this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            var chunk = number / PageChunk.Size;
            return chunk < _chunks.Length ? _chunks[chunk]?.Pages[number % PageChunk.Size] : null;
        }
    }

    internal ReadOnlySpan<PageChunk?> Chunks => _chunks;

    /// <summary>Pages whose bytes differ from those of another tree, ascending; a missing page is all zero.</summary>
    public IEnumerable<int> DifferencesFrom(PageTree other)
    {
        for (var index = 0; index < Math.Max(_chunks.Length, other._chunks.Length); index++)
        {
            var mine = index < _chunks.Length ? _chunks[index] : null;
            var theirs = index < other._chunks.Length ? other._chunks[index] : null;
            for (var i = 0; !ReferenceEquals(mine, theirs) && i < PageChunk.Size; i++)
            {
                if (!SharedPage.AreEqual(mine?.Pages[i], theirs?.Pages[i]))
                {
                    yield return index * PageChunk.Size + i;
                }
            }
        }
    }

    /// <summary>A tree with these pages in place of the ones of the same number. The last of a number wins.</summary>
    public PageTree With(IEnumerable<KeyValuePair<int, SharedPage>> changes)
    {
        var chunks = (PageChunk?[])_chunks.Clone();
        foreach (var (number, page) in changes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            var index = number / PageChunk.Size;
            if (index >= chunks.Length)
            {
                Array.Resize(ref chunks, index + 1);
            }

            // A chunk still shared with this tree is copied once; from then on it belongs to the new tree alone.
            if (chunks[index] is not { } chunk || (index < _chunks.Length && ReferenceEquals(chunk, _chunks[index])))
            {
                chunk = new PageChunk(chunks[index]);
                chunks[index] = chunk;
            }

            chunk.Pages[number % PageChunk.Size] = page;
        }

        return new PageTree(chunks);
    }
}
