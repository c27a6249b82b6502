using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Execution;

/// <content>
/// Translations that go because code changed. What the guest itself writes Unicorn sees, as long as the page has the execute right
/// in the TLB, and drops just the blocks that hold the bytes. What comes from outside (exception frames, devices, debuggers,
/// snapshots) is told here. Where a block is counted by its own translation nothing else has to go: its code is compared when
/// it is translated again. Where it may be counted by its address, all blocks are looked at again.
/// There, Unicorn also runs the rest of a block that has written to itself as it was. So no page whose code was run is written behind
/// our back: each write to it is a callback, and one that changes code is the last before what was translated goes.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private bool _hasFilledPhysical;
    private readonly CodeMap? _codeMap; // of processors without translation of addresses
    private bool _isCodeChanged; // by a device, during its access: the block that runs may hold it

    /// <summary>All memory of a page was changed from outside: what was translated from it is stale.</summary>
    public void InvalidateCode(int page) => InvalidateCode(page, 0, _memory.PageSize);

    private void InvalidateCode(int page, int offset, int count)
    {
        if (!HoldsCode(page, offset, count))
        {
            return;
        }

        _isCodeChanged = true;
        var begin = _memory.PageAddress(page) + (ulong)offset;
        if (_translation is null)
        {
            _unicorn.RemoveTranslations(begin, begin + (ulong)count);
            _blocks.RaiseEpoch();
        }
        else
        {
            RemovePhysical(page, begin, begin + (ulong)count);
            Pages.NoteChanged(page);
        }
    }

    /// <summary>What was translated may be of these bytes.</summary>
    private bool HoldsCode(int page, int offset, int count) =>
        Pages.EverExecuted(page) && _codeMap?.Holds(page, offset, count) != false;

    private void NoteCode(ulong address, uint size)
    {
        while (_codeMap is not null && size > 0 && _memory.TryFind(address, out var page, out _))
        {
            var offset = (int)(address & (ulong)(_memory.PageSize - 1));
            var count = (uint)Math.Min(size, _memory.PageSize - offset);
            _codeMap.Add(page, offset, (int)count);
            (address, size) = (address + count, size - count);
        }
    }

    /// <summary>
    /// Unicorn takes addresses as the guest has them: unless memory is where the guest has the same address, its page is
    /// filled for this alone.
    /// </summary>
    private void RemovePhysical(int page, ulong begin, ulong end)
    {
        var isSame = _guestCode.TryFind(begin, out var found, out var physical) && found == page && physical == begin;
        if (!isSame)
        {
            ForgetFilled(begin);
        }

        _hasFilledPhysical = false;
        _fillsPhysical = true;
        _unicorn.RemoveTranslations(begin, end);
        _fillsPhysical = false;
        if (!isSame || _hasFilledPhysical)
        {
            ForgetFilled(begin);
        }
    }

    private void ForgetFilled(ulong address)
    {
        var page = PageOf(address);
        if (!_cpu.TryFlushPage(page))
        {
            FlushTlb();
            return;
        }

        for (var privilege = 0u; privilege <= 1; privilege++)
        {
            _filled.Remove(page | privilege);
        }
    }

    private void OnPageWritten(int page, int offset, int count)
    {
        if (_translation?.IsTable(page) == true)
        {
            FlushTlb();
        }

        InvalidateCode(page, offset, count);
    }

    private void DropStaleCode()
    {
        foreach (var (page, offset, count) in _staleCode)
        {
            InvalidateCode(page, offset, count);
        }

        _staleCode.Clear();
    }

    private void FlushTranslations()
    {
        _unicorn.FlushTranslations();
        _tuner?.Forget();
    }
}
