using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Travel;

/// <summary>
/// A board's address space as one row of areas. On a board what is listed first answers, memory before devices; the
/// others show where nothing before them is.
/// </summary>
internal static class BoardMemory
{
    public static IReadOnlyList<MemoryArea> AreasOf(Machine machine)
    {
        if (machine.Processor.Translation is not null)
        {
            // What is where hangs on page tables.
            return [new MemoryArea(0, ulong.MaxValue, MemoryAreaKind.Ram, "memory")];
        }

        var areas = new List<MemoryArea>();
        foreach (var (address, size, region) in machine.Memory.Windows)
        {
            Add(areas, new MemoryArea(address, size, KindOf(region, address, size), region.Name));
        }

        foreach (var mapping in machine.Devices.Where(mapping => mapping.Size > 0))
        {
            Add(areas, new MemoryArea(mapping.Address, mapping.Size, MemoryAreaKind.Device, mapping.Device.Name));
        }

        return [.. areas.OrderBy(area => area.Address)];
    }

    private static MemoryAreaKind KindOf(RamRegion region, ulong address, ulong size) =>
        region.IsReadOnly && (address | size) % MemoryArea.FlashBlockSize == 0 ? MemoryAreaKind.Flash : MemoryAreaKind.Ram;

    /// <summary>Adds what of an area is not taken.</summary>
    private static void Add(List<MemoryArea> areas, MemoryArea area)
    {
        var first = area.Address;
        var last = first + area.Length - 1;
        foreach (var taken in areas.Where(taken => taken.Address <= last && taken.Address + taken.Length - 1 >= first)
                     .OrderBy(taken => taken.Address).ToList())
        {
            if (taken.Address > first)
            {
                areas.Add(area with { Address = first, Length = taken.Address - first });
            }

            first = taken.Address + taken.Length;
            if (first > last || first == 0)
            {
                return;
            }
        }

        areas.Add(area with { Address = first, Length = last - first + 1 });
    }
}
