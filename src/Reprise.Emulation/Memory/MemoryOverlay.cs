namespace Reprise.Emulation.Memory;

/// <summary>
/// A range of addresses where a device decides, while the machine runs, which memory answers: none until it says so. What
/// is shown is a function of the device's state, which puts it back when it is restored.
/// </summary>
public sealed class MemoryOverlay
{
    /// <summary>Where no processor's addresses reach.</summary>
    internal const ulong Nowhere = 1ul << 63;

    private readonly Action _changed;

    internal MemoryOverlay(ulong address, int size, Action changed)
    {
        Address = address;
        Size = size;
        _changed = changed;
    }

    /// <summary>First address.</summary>
    public ulong Address { get; private set; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>The memory that answers; null for none.</summary>
    public RamRegion? Region { get; private set; }

    /// <summary>Where in it the range begins.</summary>
    public ulong Offset { get; private set; }

    /// <summary>The guest's writes are lost.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>Lets memory answer.</summary>
    /// <param name="region">One of the board's.</param>
    /// <param name="offset">Where in it the range begins, a multiple of the page size with room behind it.</param>
    /// <param name="isReadOnly">The guest's writes are lost.</param>
    public void Show(RamRegion region, ulong offset, bool isReadOnly)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + (ulong)Size, (ulong)region.Size, nameof(offset));
        Set(region, offset, isReadOnly);
    }

    /// <summary>Lets no memory answer.</summary>
    public void Hide() => Set(null, 0, isReadOnly: false);

    /// <summary>Lets all of a region answer from an address on; only of an overlay that was made to be moved.</summary>
    /// <param name="region">One of the board's.</param>
    /// <param name="address">First address, a multiple of the page size; null for nowhere.</param>
    public void Move(RamRegion region, ulong? address)
    {
        if (Address != (address ?? Nowhere))
        {
            (Region, Address) = (region, address ?? Nowhere);
            _changed();
        }
    }

    private void Set(RamRegion? region, ulong offset, bool isReadOnly)
    {
        if ((region, offset, isReadOnly) != (Region, Offset, IsReadOnly))
        {
            (Region, Offset, IsReadOnly) = (region, offset, isReadOnly);
            _changed();
        }
    }
}
