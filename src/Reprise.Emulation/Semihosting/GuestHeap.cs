using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Semihosting;

/// <summary>
/// The range that SYS_HEAPINFO (Semihosting 2.0, section 7.7) gives a guest for its heap, growing up from the start, and its
/// stack, growing down from the end.
/// </summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind it; equal to the start when there is no memory to give.</param>
public readonly record struct GuestHeap(uint Start, uint End)
{
    /// <summary>
    /// The largest gap that the firmware leaves in the largest memory that can be written: what QEMU answers. Of two that are
    /// as large the lower one.
    /// </summary>
    public static GuestHeap Find(IEnumerable<RamRegion> regions, IEnumerable<FirmwareSegment> segments)
    {
        var memory = regions.Where(region => !region.IsReadOnly).OrderByDescending(region => region.Size)
            .ThenBy(region => region.Address).FirstOrDefault();
        if (memory is null)
        {
            return default;
        }

        var end = memory.Address + (ulong)memory.Size;
        var inside = segments.Where(segment => segment.Address < end
            && segment.Address + (ulong)segment.Data.Length > memory.Address);
        var largest = (Start: memory.Address, End: memory.Address);
        var free = memory.Address;
        foreach (var segment in inside.Append(new FirmwareSegment(end, default)).OrderBy(segment => segment.Address))
        {
            if (segment.Address > free && segment.Address - free > largest.End - largest.Start)
            {
                largest = (free, segment.Address);
            }

            free = Math.Max(free, segment.Address + (ulong)segment.Data.Length);
        }

        return new GuestHeap((uint)largest.Start, (uint)largest.End);
    }
}
