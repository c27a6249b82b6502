using System.Collections;
using Reprise.Unicorn;

namespace Reprise.Emulation.Memory;

/// <summary>
/// Which pages an interval read, wrote and executed. The TLB-fill hook asks <see cref="Grant"/> for each page's rights;
/// rights grow by need, so the first access of every kind is seen and the rest cost nothing. The sets may name a page
/// too many, never one too few (law 5): a page filled for writing counts as read too.
/// </summary>
public sealed class PageTracker(int pageCount)
{
    private readonly PagePermissions[] _granted = new PagePermissions[pageCount];
    private readonly PagePermissions[] _accessed = new PagePermissions[pageCount];
    private readonly BitArray _everExecuted = new(pageCount);
    private readonly BitArray _everWritten = new(pageCount);
    private readonly BitArray _changed = new(pageCount);
    private readonly List<int> _touched = [];

    /// <summary>Pages touched since <see cref="Begin"/>, in order of first touch, each once.</summary>
    public IReadOnlyList<int> Touched => _touched;

    /// <summary>Starts a new interval; the caller flushes the engine's TLB.</summary>
    public void Begin()
    {
        foreach (var page in _touched)
        {
            _granted[page] = PagePermissions.None;
            _accessed[page] = PagePermissions.None;
            _changed[page] = false;
        }

        _touched.Clear();
    }

    /// <summary>What was done to a page since <see cref="Begin"/>.</summary>
    public PagePermissions AccessTo(int page) => _accessed[page];

    /// <summary>True when code of a page was ever run.</summary>
    public bool EverExecuted(int page) => _everExecuted[page];

    /// <summary>False when a page is still as it was at power-on: zero.</summary>
    public bool EverWritten(int page) => _everWritten[page];

    /// <summary>
    /// True when the guest may have both written and executed a page since <see cref="Begin"/>, or its code was changed from
    /// outside (<see cref="NoteChanged"/>). Whoever writes from outside says so: what was translated is dropped at once.
    /// </summary>
    public bool IsMutableCode(int page) =>
        _changed[page]
        || (_granted[page] & (PagePermissions.Write | PagePermissions.Execute))
            == (PagePermissions.Write | PagePermissions.Execute);

    /// <summary>Code of a page may be other code than before in this interval, by a write that no instruction makes.</summary>
    public void NoteChanged(int page)
    {
        NoteWritten(page);
        _changed[page] = true;
    }

    /// <summary>Notes a read for which the TLB has no entry; it gives the guest no right.</summary>
    public void NoteRead(int page) => Note(page, PagePermissions.Read);

    /// <summary>Notes a write that no instruction makes, or for which the TLB has no entry; it gives the guest no right.</summary>
    public void NoteWritten(int page) => Note(page, PagePermissions.Read | PagePermissions.Write);

    /// <summary>Notes an access and answers the rights that the TLB entry may carry.</summary>
    public PagePermissions Grant(int page, MemoryAccess access)
    {
        var rights = access switch
        {
            MemoryAccess.Write => PagePermissions.Read | PagePermissions.Write,
            MemoryAccess.Fetch => PagePermissions.Read | PagePermissions.Execute,
            _ => PagePermissions.Read,
        };
        _everExecuted[page] |= access == MemoryAccess.Fetch;
        if (_everExecuted[page])
        {
            // A page that holds translated code must keep its execute right in the TLB: only then does a store into it
            // drop the stale translation. All others must not have it: it sends every store down the slow path. Code that
            // runs there now is not seen any more.
            rights |= PagePermissions.Execute;
        }

        _granted[page] |= rights;
        Note(page, rights);
        return _granted[page];
    }

    private void Note(int page, PagePermissions access)
    {
        if (_accessed[page] == PagePermissions.None)
        {
            _touched.Add(page);
        }

        _accessed[page] |= access;
        _everWritten[page] |= (access & PagePermissions.Write) != 0;
    }
}
