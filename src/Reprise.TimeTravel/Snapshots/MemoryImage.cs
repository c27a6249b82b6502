using System.IO.Hashing;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Snapshots;

// Goal: capture, restore and hash the machine's memory, and what its devices hold in pages, at the cost of the pages that changed, not of its size.
//
// Invariants:
// - Tree and the hashes describe memory as it was at the last capture or restore. Since then only pages that the
//   tracker names as written can differ, because every capture and restore begins a new tracker interval.
// - The hash is a sum over pages, so it changes by the difference of the pages that changed. A page of zeros adds
//   nothing: memory that was never touched costs nothing, whether or not it was ever captured.

/// <summary>The memory of a machine, and what devices hold in pages, as pages shared between snapshots.</summary>
public sealed class MemoryImage
{
    private readonly MachinePages _pages;
    private ulong[] _pageHashes;
    private ulong _hash;

    /// <summary>Takes memory as it is now.</summary>
    public MemoryImage(Machine machine)
    {
        _pages = new MachinePages(machine);
        _pageHashes = new ulong[machine.Memory.PageCount];
        var pages = new List<KeyValuePair<int, SharedPage>>();
        foreach (var page in _pages.Used())
        {
            if (_pages.Page(page).ContainsAnyExcept((byte)0))
            {
                Rehash(page);
                pages.Add(new(page, new SharedPage(_pages.Page(page))));
            }
        }

        Tree = PageTree.Empty.With(pages);
        _pages.Begin();
    }

    /// <summary>Numbers of pages are below this.</summary>
    public int Capacity => _pages.Capacity;

    /// <summary>Memory at the last capture or restore.</summary>
    public PageTree Tree { get; private set; }

    /// <summary>Hash of memory at the last capture or restore.</summary>
    public ulong Hash => _hash;

    /// <summary>Brings <see cref="Tree"/> and <see cref="Hash"/> up to date and begins a new interval.</summary>
    public PageTree Capture()
    {
        var pages = new List<KeyValuePair<int, SharedPage>>();
        foreach (var page in _pages.Written())
        {
            var bytes = _pages.Page(page);
            if (!Holds(Tree[page], bytes))
            {
                Rehash(page);
                pages.Add(new(page, new SharedPage(bytes)));
            }
        }

        Tree = Tree.With(pages);
        _pages.Begin();
        return Tree;
    }

    /// <summary>Makes memory what a tree says and begins a new interval.</summary>
    public void Restore(PageTree tree)
    {
        foreach (var page in _pages.Written())
        {
            Put(page, tree[page]);
        }

        var now = Tree.Chunks;
        var wanted = tree.Chunks;
        for (var chunk = 0; chunk < Math.Max(now.Length, wanted.Length); chunk++)
        {
            var from = chunk < now.Length ? now[chunk] : null;
            var to = chunk < wanted.Length ? wanted[chunk] : null;
            for (var i = 0; !ReferenceEquals(from, to) && i < PageChunk.Size; i++)
            {
                if (!ReferenceEquals(from?.Pages[i], to?.Pages[i]))
                {
                    Put(chunk * PageChunk.Size + i, to?.Pages[i]);
                }
            }
        }

        Tree = tree;
        _pages.Begin();
    }

    private static bool Holds(SharedPage? page, ReadOnlySpan<byte> bytes) =>
        page is null ? !bytes.ContainsAnyExcept((byte)0) : page.Bytes.SequenceEqual(bytes);

    private void Put(int page, SharedPage? content)
    {
        if (!Holds(content, _pages.Page(page)))
        {
            _pages.Put(page, content);
        }

        Rehash(page);
    }

    private void Rehash(int page)
    {
        var bytes = _pages.Page(page);
        var hash = bytes.ContainsAnyExcept((byte)0) ? XxHash3.HashToUInt64(bytes, page + 1L) : 0;
        if (page >= _pageHashes.Length)
        {
            // Contents of devices grow.
            Array.Resize(ref _pageHashes, Math.Min(_pages.Capacity, Math.Max(page + 1, _pageHashes.Length * 2)));
        }

        _hash += hash - _pageHashes[page];
        _pageHashes[page] = hash;
    }
}
