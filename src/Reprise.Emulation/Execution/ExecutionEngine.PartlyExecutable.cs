using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Pages of which an MPU lets only parts be executed. Unicorn knows pages, so such a page counts as executable to it, and its blocks
/// keep out of the fast path: each is looked at when it begins, ends in front of what is denied, and is not entered there. A page that
/// becomes one sends all blocks through the slow path once; others cost nothing.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private const int PartSize = 32;

    private readonly HashSet<ulong> _partlyExecutable = [];
    private ulong? _deniedFetch;

    /// <summary>Something is about to be fetched from a page.</summary>
    /// <param name="page">Its address.</param>
    /// <param name="rights">Of all of it; null when its parts differ.</param>
    /// <returns>False: none of it can be executed.</returns>
    private bool MayFetch(ulong page, PagePermissions? rights)
    {
        if (rights is { } all)
        {
            _partlyExecutable.Remove(page);
            return (all & PagePermissions.Execute) != 0;
        }

        var parts = _protection!.ExecutableParts(page);
        if (parts == uint.MaxValue)
        {
            _partlyExecutable.Remove(page);
        }
        else if (parts != 0 && _partlyExecutable.Add(page))
        {
            _blocks.RaiseEpoch();
        }

        return parts != 0;
    }

    private bool IsPartlyExecutable(ulong address, uint size) =>
        _partlyExecutable.Count > 0
        && (_partlyExecutable.Contains(PageOf(address)) || _partlyExecutable.Contains(PageOf(address + size - 1)));

    /// <summary>Stops in front of the block, or of a shorter one, if a part of it that would run now may not be executed.</summary>
    /// <returns>False: it must not run.</returns>
    private bool MayRun(ulong address, uint size)
    {
        var end = address + size;
        var count = 0ul;
        var left = _state->Limit - Math.Min(_state->Limit, _state->Position);
        for (var at = address; at < end && count < left; at += _blocks.LengthAt(at), count++)
        {
            for (var half = at; half < at + _blocks.LengthAt(at); half += sizeof(ushort))
            {
                if ((_protection!.ExecutableParts(PageOf(half)) >> (int)(half % (ulong)_memory.PageSize / PartSize) & 1) != 0)
                {
                    continue;
                }

                _deniedFetch = count == 0 ? half : null;
                _remainder = count == 0 ? null : (address, size, count);
                _unicorn.Stop();
                return false;
            }
        }

        return true;
    }
}
