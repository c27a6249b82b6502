using Reprise.Emulation.State;

namespace Reprise.Emulation.Disks;

/// <summary>A disk image with what the guest wrote over it; that is state of the machine, the image never changes.</summary>
/// <param name="image">What is there at power-on.</param>
/// <param name="sectorSize">Bytes that are read and written at once.</param>
internal sealed class CopyOnWriteDisk(IDiskImage image, int sectorSize)
{
    private readonly SortedDictionary<ulong, byte[]> _written = [];

    public ulong Sectors { get; } = (ulong)(image.Length / sectorSize);

    public void Read(ulong sector, Span<byte> bytes)
    {
        if (_written.TryGetValue(sector, out var content))
        {
            content.CopyTo(bytes);
        }
        else
        {
            image.Read((long)sector * sectorSize, bytes);
        }
    }

    /// <summary>A sector that is not on the disk is lost.</summary>
    public void Write(ulong sector, ReadOnlySpan<byte> bytes)
    {
        if (sector < Sectors)
        {
            _written[sector] = bytes.ToArray();
        }
    }

    public void Reset() => _written.Clear();

    public void Save(StateWriter writer)
    {
        writer.Write((uint)_written.Count);
        foreach (var (sector, content) in _written)
        {
            writer.Write(sector);
            writer.Write(content);
        }
    }

    public void Restore(ref StateReader reader)
    {
        _written.Clear();
        for (var left = reader.ReadUInt32(); left > 0; left--)
        {
            var sector = reader.ReadUInt64();
            var content = reader.ReadBytes();
            if (sector >= Sectors || content.Length != sectorSize)
            {
                throw new InvalidDataException(
                    $"state of a disk: sector {sector} of {content.Length} bytes, expected one below {Sectors} of {sectorSize}");
            }

            _written[sector] = content.ToArray();
        }
    }
}
