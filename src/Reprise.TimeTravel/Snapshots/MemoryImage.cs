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
    private bool _isTorn;

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
            if (HasChanged(page, bytes))
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
    /// <exception cref="IOException">A page can't be read any more; the next tree is restored as a whole.</exception>
    /// <exception cref="Recording.RecordingException">It is not what it was, and the same.</exception>
    public void Restore(PageTree tree)
    {
        var wanted = new List<(int Page, SharedPage? Content)>();
        foreach (var page in _isTorn ? _pages.All() : _pages.Written())
        {
            wanted.Add((page, tree[page]));
        }

        var now = Tree.Chunks;
        var then = tree.Chunks;
        for (var chunk = 0; chunk < Math.Max(now.Length, then.Length); chunk++)
        {
            var from = chunk < now.Length ? now[chunk] : null;
            var to = chunk < then.Length ? then[chunk] : null;
            for (var i = 0; !ReferenceEquals(from, to) && i < PageChunk.Size; i++)
            {
                if (!ReferenceEquals(from?.Pages[i], to?.Pages[i]))
                {
                    wanted.Add((chunk * PageChunk.Size + i, to?.Pages[i]));
                }
            }
        }

        if (wanted.Exists(page => page.Content is { IsStored: true }))
        {
            // Those that are read together one after the other.
            wanted.Sort(static (a, b) => (a.Content?.Order ?? default).CompareTo(b.Content?.Order ?? default));
        }

        _isTorn = true;
        foreach (var (page, content) in wanted)
        {
            Put(page, content);
        }

        _isTorn = false;
        Tree = tree;
        _pages.Begin();
    }

    /// <summary>One that is stored is not read for this: the hash that it had is known.</summary>
    private bool HasChanged(int page, ReadOnlySpan<byte> bytes) => Tree[page] is { IsStored: true }
        ? HashOf(page, bytes) != _pageHashes[page]
        : !Holds(Tree[page], bytes);

    private static ulong HashOf(int page, ReadOnlySpan<byte> bytes) =>
        bytes.ContainsAnyExcept((byte)0) ? XxHash3.HashToUInt64(bytes, page + 1L) : 0;

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
        var hash = HashOf(page, _pages.Page(page));
        if (page >= _pageHashes.Length)
        {
            // Contents of devices grow.
            Array.Resize(ref _pageHashes, Math.Min(_pages.Capacity, Math.Max(page + 1, _pageHashes.Length * 2)));
        }

        _hash += hash - _pageHashes[page];
        _pageHashes[page] = hash;
    }
}
