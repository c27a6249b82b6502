using System.Buffers.Binary;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Disks;

// Goal: a disk image with what the guest wrote over it, at the cost of what it wrote.
//
// Sectors get slots in the order in which they are first written, and keep them. Slots come in groups: a page that says
// which sectors they have (8 bytes each), then the sectors. How many slots there are is all that the state says; the rest
// is in pages, which snapshots share.

/// <summary>A disk image with what the guest wrote over it; that is state of the machine, the image never changes.</summary>
internal sealed class CopyOnWriteDisk
{
    private const uint InPages = 1u << 31; // in a state: not as it was once written, sector by sector
    private const int MostPages = 1 << 24;

    private readonly IDiskImage _image;
    private readonly int _sectorSize;
    private readonly int _slotsInGroup;
    private readonly long _groupLength;
    private readonly int _mostSlots;
    private readonly Dictionary<ulong, int> _slots = [];
    private readonly List<ulong> _sectors = []; // by slot

    /// <param name="image">What is there at power-on.</param>
    /// <param name="sectorSize">Bytes that are read and written at once, a multiple of 8.</param>
    /// <param name="pageSize">Bytes of a page of the machine's.</param>
    public CopyOnWriteDisk(IDiskImage image, int sectorSize, int pageSize)
    {
        _image = image;
        _sectorSize = sectorSize;
        Sectors = (ulong)(image.Length / sectorSize);
        _slotsInGroup = pageSize / sizeof(ulong);
        var pagesInGroup = 1 + _slotsInGroup * sectorSize / pageSize;
        _groupLength = (long)pagesInGroup * pageSize;
        var groups = (int)Math.Min(
            (ulong)(MostPages / pagesInGroup), (Sectors + (ulong)_slotsInGroup - 1) / (ulong)_slotsInGroup);
        _mostSlots = groups * _slotsInGroup;
        Contents = new PagedStore(pageSize, groups * pagesInGroup);
    }

    /// <summary>Sectors of the disk.</summary>
    public ulong Sectors { get; }

    /// <summary>What the guest wrote.</summary>
    public PagedStore Contents { get; }

    public void Read(ulong sector, Span<byte> bytes)
    {
        if (_slots.TryGetValue(sector, out var slot))
        {
            Contents.Read(OffsetOf(slot), bytes);
        }
        else
        {
            _image.Read((long)sector * _sectorSize, bytes);
        }
    }

    /// <summary>A sector that is not on the disk is lost.</summary>
    public void Write(ulong sector, ReadOnlySpan<byte> bytes)
    {
        if (sector >= Sectors || (!_slots.TryGetValue(sector, out var slot) && !TryTakeSlot(sector, out slot)))
        {
            return;
        }

        Contents.Write(OffsetOf(slot), bytes);
    }

    public void Save(StateWriter writer) => writer.Write(_sectors.Count == 0 ? 0 : (uint)_sectors.Count | InPages);

    public void Restore(ref StateReader reader)
    {
        var saved = reader.ReadUInt32();
        if (saved != 0 && (saved & InPages) == 0)
        {
            throw new InvalidDataException(
                $"state of a disk: {saved} written sectors in it, as older versions have them, expected them in pages");
        }

        var count = saved & ~InPages;
        if (count > _mostSlots)
        {
            throw new InvalidDataException($"state of a disk: {count} written sectors, expected at most {_mostSlots}");
        }

        Span<byte> entry = stackalloc byte[sizeof(ulong)];
        for (var slot = 0; slot < (int)count; slot++)
        {
            Contents.Read(EntryOf(slot), entry);
            var sector = BinaryPrimitives.ReadUInt64LittleEndian(entry);
            if (slot < _sectors.Count && _sectors[slot] == sector)
            {
                continue;
            }

            Forget(slot);
            if (sector >= Sectors || !_slots.TryAdd(sector, slot))
            {
                throw new InvalidDataException(
                    $"state of a disk: sector {sector} in slot {slot}, expected one below {Sectors} that has no slot before");
            }

            _sectors.Add(sector);
        }

        Forget((int)count);
    }

    private bool TryTakeSlot(ulong sector, out int slot)
    {
        slot = _sectors.Count;
        if (slot == _mostSlots)
        {
            return false;
        }

        Span<byte> entry = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(entry, sector);
        Contents.Write(EntryOf(slot), entry);
        _sectors.Add(sector);
        _slots.Add(sector, slot);
        return true;
    }

    /// <summary>Forgets the slots from one on.</summary>
    private void Forget(int slot)
    {
        for (var i = slot; i < _sectors.Count; i++)
        {
            _slots.Remove(_sectors[i]);
        }

        _sectors.RemoveRange(Math.Min(slot, _sectors.Count), Math.Max(0, _sectors.Count - slot));
    }

    private long EntryOf(int slot) => slot / _slotsInGroup * _groupLength + slot % _slotsInGroup * sizeof(ulong);

    private long OffsetOf(int slot) =>
        slot / _slotsInGroup * _groupLength + Contents.PageSize + (long)(slot % _slotsInGroup) * _sectorSize;
}
