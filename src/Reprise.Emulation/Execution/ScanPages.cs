using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Execution;

/// <summary>
/// The watched pages of memory while a run scans: each has a window of its own in the alias region, which stays good
/// until the watchpoints change, so that an access costs a callback and no more.
/// </summary>
internal sealed unsafe class ScanPages
{
    /// <summary>Watched pages that can be scanned at once; more are looked at access by access.</summary>
    public const int Capacity = 48;

    private readonly Dictionary<ulong, int> _slots = [];
    private readonly (ulong Physical, nint Memory)[] _pages = new (ulong, nint)[Capacity];

    public void Clear() => _slots.Clear();

    /// <summary>Whether a page has a window.</summary>
    /// <param name="physical">Where it is in its region.</param>
    public bool Contains(ulong physical) => _slots.ContainsKey(physical);

    /// <summary>The window of a page; false when there is none left.</summary>
    /// <param name="address">The page, as memory has it.</param>
    /// <param name="physical">Where it is in its region.</param>
    /// <param name="memory">What is there.</param>
    /// <param name="slot">Number of the window.</param>
    public bool TryTake(ulong address, ulong physical, MemoryMap memory, out int slot)
    {
        if (_slots.TryGetValue(physical, out slot))
        {
            return true;
        }

        if (_slots.Count == Capacity)
        {
            return false;
        }

        slot = _slots.Count;
        _slots.Add(physical, slot);

        // SAFETY: memory of a region does not move, and the map outlives the engine.
        fixed (byte* bytes = memory.BytesFrom(address))
        {
            _pages[slot] = (physical, (nint)bytes);
        }

        return true;
    }

    public ulong PhysicalAddress(int slot, ulong offset) => _pages[slot].Physical + offset;

    /// <summary>Does an access of 1, 2 or 4 bytes inside the page.</summary>
    /// <returns>What was read or written.</returns>
    public uint Access(int slot, ulong offset, int size, uint value, bool writes)
    {
        // SAFETY: Unicorn splits an access that leaves its page, and the offset is one inside of it.
        var place = (byte*)_pages[slot].Memory + offset;
        switch (size)
        {
            case 1 when writes:
                *place = (byte)value;
                return value;
            case 1:
                return *place;
            case 2 when writes:
                *(ushort*)place = (ushort)value;
                return value;
            case 2:
                return *(ushort*)place;
            case 4 when writes:
                *(uint*)place = value;
                return value;
            default:
                return *(uint*)place;
        }
    }
}
