namespace Reprise.Emulation.Memory;

/// <summary>
/// Which memory answers which guest address: RAM regions, and mirrors of them that a board's incomplete address
/// decoding makes. Pages of all regions are numbered from 0, in order of address; a mirror has its region's numbers.
/// </summary>
public sealed class MemoryMap
{
    private readonly record struct Window(ulong Address, ulong Size, int Region)
    {
        public bool Overlaps(ulong address, ulong size) => address < Address + Size && Address < address + size;
    }

    private readonly RamRegion[] _regions;
    private readonly int[] _firstPage;
    private readonly List<Window> _windows = [];
    private readonly List<MemoryOverlay> _overlays = [];
    private readonly List<MemoryOverlay> _movable = [];
    private ulong _firstOverlay = ulong.MaxValue;
    private ulong _overlayEnd;
    private Window _latest;
    private bool[]? _standsAlone;

    /// <param name="regions">Memory, not overlapping; stays the caller's.</param>
    /// <param name="pageSize">Bytes in a page of the engine: 1,024 on Cortex-M, 4,096 on x86.</param>
    public MemoryMap(IEnumerable<RamRegion> regions, int pageSize)
    {
        _regions = [.. regions.OrderBy(region => region.Address)];
        _firstPage = new int[_regions.Length];
        PageSize = pageSize;
        for (var i = 0; i < _regions.Length; i++)
        {
            _firstPage[i] = PageCount;
            PageCount += _regions[i].Size / pageSize;
            if (!_regions[i].IsHidden)
            {
                _windows.Add(new Window(_regions[i].Address, (ulong)_regions[i].Size, i));
            }
        }

        Pages = new PageTracker(PageCount);
    }

    public IReadOnlyList<RamRegion> Regions => _regions;

    /// <summary>
    /// What answers where, mirrors included; the first that covers an address does, but where an overlay is.
    /// </summary>
    public IEnumerable<(ulong Address, ulong Size, RamRegion Region)> Windows =>
        _windows.Select(window => (window.Address, window.Size, _regions[window.Region]));

    /// <summary>Told when an overlay has changed: translations of its addresses are stale.</summary>
    public Action? OverlayChanged { get; set; }

    /// <summary>Which pages the running interval touched.</summary>
    public PageTracker Pages { get; }

    /// <summary>Told of a page that <see cref="Write(ulong, ReadOnlySpan{byte})"/> changed, and which of its bytes: from one on, how many.</summary>
    public Action<int, int, int>? PageWritten { get; set; }

    /// <summary>Told before that of the page, of where in it, and of what comes there.</summary>
    public PageWriting? PageWriting { get; set; }

    /// <summary>Bytes of all regions.</summary>
    public long Size => _regions.Sum(region => (long)region.Size);

    /// <summary>Bytes in a page.</summary>
    public int PageSize { get; }

    /// <summary>Pages in all regions.</summary>
    public int PageCount { get; }

    /// <summary>Lets a region's memory answer at another address too.</summary>
    public void AddMirror(ulong address, RamRegion region)
    {
        _windows.Add(new Window(address, (ulong)region.Size, Array.IndexOf(_regions, region)));
        ForgetLatest();
    }

    /// <summary>A range where a device decides which memory answers; called while a board is built.</summary>
    public MemoryOverlay AddOverlay(ulong address, int size)
    {
        var overlay = new MemoryOverlay(address, size, OnOverlayChanged);
        ForgetLatest();
        _overlays.Add(overlay);
        _firstOverlay = Math.Min(_firstOverlay, address);
        _overlayEnd = Math.Max(_overlayEnd, address + (ulong)size);
        return overlay;
    }

    /// <summary>
    /// A range as large as a region that shows it wherever a device says, behind overlays that stay where they are; called
    /// while a board is built.
    /// </summary>
    public MemoryOverlay AddMovableOverlay(RamRegion region)
    {
        var overlay = new MemoryOverlay(MemoryOverlay.Nowhere, region.Size, OnOverlayChanged);
        _movable.Add(overlay);
        return overlay;
    }

    /// <summary>The page that answers an address, and the address it has in its region; false when none does.</summary>
    public bool TryFind(ulong address, out int page, out ulong physical)
    {
        if (address - _latest.Address < _latest.Size)
        {
            page = _firstPage[_latest.Region] + (int)((address - _latest.Address) / (ulong)PageSize);
            physical = _regions[_latest.Region].Address + (address - _latest.Address);
            return true;
        }

        if (FindOverlay(address) is { } overlay)
        {
            var inRegion = overlay.Offset + (address - overlay.Address);
            page = overlay.Region is { } shown
                ? _firstPage[Array.IndexOf(_regions, shown)] + (int)(inRegion / (ulong)PageSize)
                : -1;
            physical = overlay.Region is { } region ? region.Address + inRegion : 0;
            return page >= 0;
        }

        for (var i = 0; i < _windows.Count; i++)
        {
            var window = _windows[i];
            var offset = address - window.Address;
            if (offset < window.Size)
            {
                page = _firstPage[window.Region] + (int)(offset / (ulong)PageSize);
                physical = _regions[window.Region].Address + offset;
                NoteLatest(i);
                return true;
            }
        }

        page = -1;
        physical = 0;
        return false;
    }

    /// <summary>Memory from an address to the end of its region or overlay; empty when nothing answers.</summary>
    public Span<byte> BytesFrom(ulong address)
    {
        if (address - _latest.Address < _latest.Size)
        {
            return _regions[_latest.Region].Bytes[(int)(address - _latest.Address)..];
        }

        if (FindOverlay(address) is { } overlay)
        {
            var offset = (int)(address - overlay.Address);
            return overlay.Region is { } region
                ? region.Bytes.Slice((int)overlay.Offset + offset, overlay.Size - offset)
                : [];
        }

        foreach (var window in _windows)
        {
            var offset = address - window.Address;
            if (offset < window.Size)
            {
                return _regions[window.Region].Bytes[(int)offset..];
            }
        }

        return [];
    }

    /// <summary>
    /// A write that no instruction makes: exception frames, input, debuggers. Pages are noted as written.
    /// </summary>
    /// <returns>Bytes written; fewer than asked for when memory ends.</returns>
    public int Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        var written = 0;
        while (written < bytes.Length && TryFind(address + (ulong)written, out var page, out var physical))
        {
            var offset = (int)(physical - PageAddress(page));
            var count = Math.Min(bytes.Length - written, PageSize - offset);
            PageWriting?.Invoke(page, offset, bytes.Slice(written, count));
            bytes.Slice(written, count).CopyTo(Page(page)[offset..]);
            Pages.NoteWritten(page);
            PageWritten?.Invoke(page, offset, count);
            written += count;
        }

        return written;
    }

    /// <summary>A device's write into a region, wherever that answers. Pages are noted as written.</summary>
    /// <param name="region">One of the board's.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="bytes">What is written; the region has room for it.</param>
    public void Write(RamRegion region, int offset, ReadOnlySpan<byte> bytes)
    {
        var first = _firstPage[Array.IndexOf(_regions, region)];
        for (var (at, end) = (offset, offset + bytes.Length); at < end;)
        {
            var (page, inPage) = (first + at / PageSize, at % PageSize);
            var count = Math.Min(end - at, PageSize - inPage);
            PageWriting?.Invoke(page, inPage, bytes.Slice(at - offset, count));
            bytes.Slice(at - offset, count).CopyTo(region.Bytes[at..]);
            Pages.NoteWritten(page);
            PageWritten?.Invoke(page, inPage, count);
            at += count;
        }
    }

    /// <summary>Whether memory answers there that the guest can't write.</summary>
    public bool IsReadOnly(ulong address) => address - _latest.Address < _latest.Size ? _regions[_latest.Region].IsReadOnly
        : FindOverlay(address) is { } overlay ? overlay.IsReadOnly
        : TryFind(address, out var page, out _) && _regions[RegionOf(page)].IsReadOnly;

    /// <summary>Memory of a page.</summary>
    public Span<byte> Page(int page)
    {
        var region = RegionOf(page);
        return _regions[region].Bytes.Slice((page - _firstPage[region]) * PageSize, PageSize);
    }

    /// <summary>The address of a page's first byte in its region.</summary>
    public ulong PageAddress(int page)
    {
        var region = RegionOf(page);
        return _regions[region].Address + (ulong)(page - _firstPage[region]) * (ulong)PageSize;
    }

    /// <summary>What was found last is found at once, as long as nothing else can be in front of it.</summary>
    private void NoteLatest(int window)
    {
        _standsAlone ??= [.. _windows.Select(StandsAlone)];
        if (_standsAlone[window])
        {
            _latest = _windows[window];
        }
    }

    private bool StandsAlone(Window window) =>
        !_windows.Exists(other => other != window && window.Overlaps(other.Address, other.Size))
        && !_overlays.Concat(_movable).Any(overlay => window.Overlaps(overlay.Address, (ulong)overlay.Size));

    private void ForgetLatest() => (_latest, _standsAlone) = (default, null);

    private void OnOverlayChanged()
    {
        ForgetLatest();
        OverlayChanged?.Invoke();
    }

    private MemoryOverlay? FindOverlay(ulong address)
    {
        if (address >= _firstOverlay && address < _overlayEnd && Find(_overlays, address) is { } found)
        {
            return found;
        }

        return _movable.Count > 0 ? Find(_movable, address) : null;
    }

    private static MemoryOverlay? Find(List<MemoryOverlay> overlays, ulong address)
    {
        foreach (var overlay in overlays)
        {
            if (address - overlay.Address < (ulong)overlay.Size)
            {
                return overlay;
            }
        }

        return null;
    }

    private int RegionOf(int page)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageCount);
        var region = _regions.Length - 1;
        while (_firstPage[region] > page)
        {
            region--;
        }

        return region;
    }
}
