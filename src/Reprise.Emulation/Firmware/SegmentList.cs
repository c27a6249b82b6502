namespace Reprise.Emulation.Firmware;

/// <summary>Gathers segments, and refuses those that are too much, that wrap around or that overlap.</summary>
internal sealed class SegmentList(string file)
{
    private readonly List<(FirmwareSegment Segment, long Offset, int? Line)> _segments = [];
    private long _bytes;

    /// <summary>Adds bytes, and zeros behind them up to <paramref name="size"/>. Allocates nothing unchecked.</summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="data">The bytes that the file holds.</param>
    /// <param name="size">Size in memory, at least that of the data.</param>
    /// <param name="highest">Highest address of the address space.</param>
    /// <param name="offset">Where the file says so, for errors.</param>
    /// <param name="line">The same in a text format.</param>
    public void Add(ulong address, ReadOnlyMemory<byte> data, ulong size, ulong highest, long offset, int? line)
    {
        if (size == 0)
        {
            return;
        }

        if (address > highest || size - 1 > highest - address)
        {
            throw new FirmwareException(file, offset, line, $"a segment that ends at or below 0x{highest:x}");
        }

        if (size > (ulong)(FirmwareImage.MaximumBytes - _bytes))
        {
            throw new FirmwareException(
                file, offset, line, $"segments of at most {FirmwareImage.MaximumBytes} bytes together");
        }

        _bytes += (long)size;
        if ((ulong)data.Length < size)
        {
            var filled = new byte[size];
            data.CopyTo(filled);
            data = filled;
        }

        _segments.Add((new FirmwareSegment(address, data), offset, line));
    }

    /// <summary>All segments, by address.</summary>
    public IReadOnlyList<FirmwareSegment> Finish()
    {
        if (_segments.Count == 0)
        {
            throw new FirmwareException(file, 0, "at least one byte to load");
        }

        var sorted = _segments.OrderBy(s => s.Segment.Address).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            var (before, _, _) = sorted[i - 1];
            var (segment, offset, line) = sorted[i];
            if (segment.Address - before.Address < (ulong)before.Data.Length)
            {
                throw new FirmwareException(
                    file,
                    offset,
                    line,
                    $"no other bytes at 0x{segment.Address:x}, but those loaded at 0x{before.Address:x} reach there");
            }
        }

        return Array.ConvertAll(sorted, s => s.Segment);
    }
}
