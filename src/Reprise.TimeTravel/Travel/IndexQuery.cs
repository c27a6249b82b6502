using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

/// <summary>
/// Asks the interval index whether an interval can hold a hit. Yes may be wrong, no never is (law 5): pages and whole
/// blocks are coarser than addresses, and accesses of devices are not indexed, so those may be anywhere.
/// </summary>
public sealed class IndexQuery
{
    private readonly List<ulong> _breakpoints = [];
    private readonly List<uint> _readPages = [];
    private readonly List<uint> _writtenPages = [];
    private bool _anywhere;

    public IndexQuery(
        MemoryMap memory,
        IEnumerable<ulong> breakpoints,
        IEnumerable<(ulong Address, ulong Length, WatchKinds Kinds)> watchpoints)
    {
        _breakpoints.AddRange(breakpoints);
        foreach (var (address, length, kinds) in watchpoints)
        {
            var size = (ulong)memory.PageSize;
            for (var page = address / size; page <= (address + length - 1) / size; page++)
            {
                if (!memory.TryFind(page * size, out var number, out _))
                {
                    _anywhere = true;
                    continue;
                }

                AddTo(_readPages, kinds, WatchKinds.Read, number);
                AddTo(_writtenPages, kinds, WatchKinds.Write | WatchKinds.Change, number);
            }
        }
    }

    /// <summary>True unless the interval certainly has no hit.</summary>
    public bool MayHold(IntervalRecord interval) =>
        _anywhere
        || _readPages.Exists(page => Contains(interval.PagesRead, page))
        || _writtenPages.Exists(page => Contains(interval.PagesWritten, page))
        || _breakpoints.Exists(address => Ran(interval.BlocksExecuted, address));

    private static void AddTo(List<uint> pages, WatchKinds kinds, WatchKinds kind, int page)
    {
        if ((kinds & kind) != 0)
        {
            pages.Add((uint)page);
        }
    }

    private static bool Contains(IReadOnlyList<uint> pages, uint page)
    {
        int low = 0, high = pages.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = pages[middle] < page ? (middle + 1, high) : (low, middle);
        }

        return low < pages.Count && pages[low] == page;
    }

    /// <summary>Blocks ascend by address but overlap, so every one that begins at or before the address is asked.</summary>
    private static bool Ran(IReadOnlyList<ExecutedBlock> blocks, ulong address)
    {
        foreach (var block in blocks)
        {
            if (block.Address > address)
            {
                return false;
            }

            if (address - block.Address < block.Size)
            {
                return true;
            }
        }

        return false;
    }
}
