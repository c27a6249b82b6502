using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Address translation. Unicorn may fetch the page behind the one that an instruction is in, for a block that goes on
/// there: long before that code runs, if it ever does. What the guest could see of it (a fault, an accessed bit) must
/// not come early, so such a block ends at the edge of its page: the run goes on with the instruction that crosses it.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly Action<ulong, int, uint> _noteOverwritten;
    private readonly ulong[] _writableSince; // by page: the count of flushes when the TLB last got it for writing
    private ulong _flushes = 1;
    private ulong? _crossing;
    private (ulong Entry, ulong Position) _emptyEntry; // of a table, when an instruction began to write it

    private ulong PageOf(ulong address) => address & ~(ulong)(_memory.PageSize - 1);

    /// <summary>Unicorn itself looks something up: it is no access of the guest.</summary>
    private bool IsLookup(ulong page) => page == PageOf(_decoder.NeverReached);

    /// <summary>A block wants the page behind its own, and not for its first instruction.</summary>
    private bool GoesOnBehind(ulong page)
    {
        var start = _decoder.ReadProgramCounter(_unicorn);
        if (IsLookup(page) || page == PageOf(start) || start >= page || page - start > (ulong)_memory.PageSize)
        {
            return false;
        }

        var edge = start;
        for (ulong next; (next = edge + _blocks.LengthAt(edge)) <= page; edge = next)
        {
        }

        _crossing = edge == start ? null : edge;
        return _crossing is not null;
    }

    private bool Translate(ulong page, MemoryAccess access, out ulong physical, out PagePermissions rights)
    {
        if (IsLookup(page))
        {
            physical = _memory.Regions[0].Address;
            rights = PagePermissions.All;
            return true;
        }

        if (!_translation!.TryAccess(page, access, out physical, out rights))
        {
            return false;
        }

        FollowTables();
        if (_memory.TryFind(physical, out var number, out _) && _translation.IsTable(number))
        {
            rights &= ~PagePermissions.Write;
        }

        return true;
    }

    /// <summary>What the TLB holds is good for one regime, and must let no write to a table go by.</summary>
    private void FollowTables()
    {
        if (_translation!.Regime is var regime && regime != _regime)
        {
            _regime = regime;
            FlushTlb();
        }

        while (_translation.TryTakeNewTable(out var table))
        {
            if (_writableSince[table] == _flushes)
            {
                FlushTlb();
            }
        }
    }

    /// <summary>Whether the TLB may hold something of a table's entry that is written now, perhaps a piece at a time.</summary>
    private bool LedAnywhere(ulong physical)
    {
        var leads = _translation!.IsPresent(physical, out var entry);
        if (!leads)
        {
            _emptyEntry = (entry, _accessPosition);
        }

        return leads && _emptyEntry != (entry, _accessPosition);
    }

    /// <summary>
    /// An x86 may write into the block that runs, and Unicorn then goes on with the writing instruction alone, in a new
    /// translation: the rest of the block, counted when it began, has not run.
    /// </summary>
    private bool BeganAnew(ulong address) =>
        _guestCode.IsTranslated && _state->Current is var current && current is not null
        && _limitedAt != _state->Position && address - current->Address < current->Size
        && _tuner?.RequestedCount(address) == 1;

    /// <summary>
    /// To know the PC, Unicorn sets it back to the instruction. One that had set it already would run again, so it is told
    /// where it goes; if it does not end, because of this access, Unicorn sets the PC back once more.
    /// </summary>
    private void RepairJump()
    {
        if (_translation is null || !_decoder.JumpsEarly
            || _decoder.EarlyJump(_guestCode.At(_accessPc)) is not { Size: > 0 } jump)
        {
            return;
        }

        var target = 0u;
        for (var i = jump.Size - 1; i >= 0; i--)
        {
            if (!_translation.TryLook(jump.Address + (uint)i, out var physical) || !_memory.TryFind(physical, out _, out _))
            {
                return;
            }

            target = target << 8 | _memory.BytesFrom(physical)[0];
        }

        _decoder.SetEarlyJump(target);
    }

    private void NoteTranslated(ulong page, MemoryAccess access)
    {
        if (!IsLookup(page))
        {
            _translation!.Note(page, access, _noteOverwritten);
        }
    }
}
