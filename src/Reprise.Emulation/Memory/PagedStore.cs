namespace Reprise.Emulation.Memory;

// Goal: what a device holds much of (the written sectors of a disk) as pages, so that snapshots share those that did not
// change between them, as they do the pages of RAM.
//
// Invariants:
// - A page that was never written is zero and takes no memory.
// - Written names each page that was written since Begin, once. Put restores a page and is no write.
// - The device's own state says what the pages mean; it is restored after them.

/// <summary>Contents of a device as pages that snapshots share.</summary>
/// <param name="pageSize">Bytes of a page: the machine's.</param>
/// <param name="capacity">Pages that there can be.</param>
public sealed class PagedStore(int pageSize, int capacity)
{
    private readonly byte[] _zeros = new byte[pageSize];
    private readonly List<byte[]?> _pages = [];
    private readonly HashSet<int> _isWritten = [];
    private readonly List<int> _written = [];

    /// <summary>Bytes of a page.</summary>
    public int PageSize => pageSize;

    /// <summary>Pages that there can be.</summary>
    public int Capacity => capacity;

    /// <summary>Pages up to the last that was ever written.</summary>
    public int Count => _pages.Count;

    /// <summary>Pages written since <see cref="Begin"/>, in order of the first write.</summary>
    public IReadOnlyList<int> Written => _written;

    /// <summary>Begins to note anew what is written.</summary>
    public void Begin()
    {
        _written.Clear();
        _isWritten.Clear();
    }

    /// <summary>A page's bytes.</summary>
    /// <param name="number">From 0, below <see cref="Capacity"/>.</param>
    public ReadOnlySpan<byte> Page(int number) => number < _pages.Count && _pages[number] is { } page ? page : _zeros;

    /// <summary>Restores a page.</summary>
    /// <param name="number">From 0, below <see cref="Capacity"/>.</param>
    /// <param name="content">As long as a page; none for zeros.</param>
    public void Put(int number, ReadOnlySpan<byte> content)
    {
        if (!content.IsEmpty)
        {
            content.CopyTo(PageToWrite(number));
        }
        else if (number < _pages.Count)
        {
            _pages[number] = null;
        }
    }

    /// <summary>Reads bytes from an offset on.</summary>
    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var (page, inPage) = Math.DivRem(offset, pageSize);
            var count = Math.Min(bytes.Length, pageSize - (int)inPage);
            Page((int)page).Slice((int)inPage, count).CopyTo(bytes);
            offset += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Writes bytes from an offset on; there must be room.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var (page, inPage) = Math.DivRem(offset, pageSize);
            var count = Math.Min(bytes.Length, pageSize - (int)inPage);
            bytes[..count].CopyTo(PageToWrite((int)page).AsSpan((int)inPage));
            if (_isWritten.Add((int)page))
            {
                _written.Add((int)page);
            }

            offset += count;
            bytes = bytes[count..];
        }
    }

    private byte[] PageToWrite(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, capacity);
        while (_pages.Count <= number)
        {
            _pages.Add(null);
        }

        return _pages[number] ??= new byte[pageSize];
    }
}
