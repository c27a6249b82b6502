using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <content>
/// What happens where a block begins that the emitted counter does not let pass: one that is new or was not seen in this
/// interval, that would pass the limit, or in which there is something to do.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly HashSet<(ulong Address, uint Size)> _executed = [];
    private readonly List<(ulong Address, uint Size)> _executedBlocks = [];
    private (ulong Address, uint Size, ulong Count)? _remainder;
    private ulong? _limitedAt;
    private ulong? _breakpointBeforeBlock;
    private ulong? _runsAlone;

    /// <summary>Position of an instruction in the block that runs, or ran last.</summary>
    private ulong PositionOf(ulong address)
    {
        var block = _state->Current;
        return _state->Position - block->Count + _blocks.IndexOf(block, address);
    }

    [UnmanagedCallersOnly]
    private static void EnterBlock(nint unicorn, ulong address, uint size, CounterState* state) =>
        Self(state).OnBlock(unicorn, address, size);

    private void OnBlock(nint unicorn, ulong address, uint size)
    {
        var entry = _blocks.Find(address, size);
        if (entry is null)
        {
            NoteCode(address, size);
        }

        var isPartly = IsPartlyExecutable(address, size);
        if (isPartly && !MayRun(address, size))
        {
            return;
        }

        var isMutable = IsMutable(address, size);
        var isAnew = isMutable && BeganAnew(address);
        if (isAnew)
        {
            _state->Position = PositionOf(address);
            ForgetBreakpointsFrom(_state->Position);
        }

        if (entry is null || isMutable)
        {
            entry = _blocks.Count(address, size);
            if (_executed.Add((address, size)))
            {
                _executedBlocks.Add((address, size));
            }
        }

        // What was translated knows its own count, and goes when its code is written; the table knows addresses only.
        var isFast = (!isMutable || _guestCode.IsTranslated) && !isPartly && !isAnew;

        if (_breakpoints.HasConditions && !PrepareConditions(address, size))
        {
            return;
        }

        var covers = CoversBreakpoint(address, size);
        var leaves = LeavesRange(address, size);

        if ((covers || leaves) && FirstStopIn(address, size) is { } stop && stop < _state->Limit)
        {
            _stopAtBreakpoint = stop;
            _state->Limit = stop;
        }

        if ((_enabledTraps != 0 && !PrepareTraps(address, size)) || (entry->HasHooks && !HearsInstructions(address, size)))
        {
            return;
        }

        if (_decoder.RunsNextAlone)
        {
            _runsAlone = _state->Position;
            _state->Limit = Math.Min(_state->Limit, _state->Position + 1);
            isFast = false;
        }

        if (_state->Position + entry->Count > _state->Limit)
        {
            _remainder = (address, size, _state->Limit - _state->Position);
            if (_limitedAt == _state->Position && _state->Position < _state->Limit)
            {
                // It was asked for a shorter block, and did not listen.
                _cpu.GiveUpBlockLimits();
            }

            _unicorn.Stop();
            return;
        }

        var stopsBehind = StopsBehind(entry->Ending);
        if (!covers && !leaves && !stopsBehind && isFast
            && (_enabledTraps == 0 || !HoldsLoneTrap(address, size)))
        {
            _blocks.Trust(entry);
            // One of a limited length may come again unasked (BeganAnew), and must be seen then.
            if (TunesTranslations && !(_guestCode.IsTranslated && _limitedAt == _state->Position))
            {
                _tuner?.Tune(unicorn, entry);
            }
        }

        if (entry->NeedsAlignment && _runsUnasked?.Position != _state->Position && _traps is { FindsMisalignment: false } && _alignment?.TryApply(_state->ReturnAddress, entry) != true)
        {
            // Nothing of the block has run: it begins anew, with hooks.
            _traps.FindsMisalignment = true;
            _isRefused = true;
            _unicorn.Stop();
            return;
        }

        _breakpointBeforeBlock = _lastBreakpoint;
        if (covers && _hitMode is (HitMode.Note or HitMode.Scan))
        {
            _lastBreakpoint = LastBreakpointIn(address, address + size, _state->Position) ?? _lastBreakpoint;
        }

        _state->Position += entry->Count;
        _state->Current = entry;
        if (stopsBehind)
        {
            LimitToBlock();
        }
    }

    private bool StopsBehind(InstructionEffect ending) => ending switch
    {
        InstructionEffect.MaskChange or InstructionEffect.AnnouncedMaskChange => _stopAtMaskChanges,
        InstructionEffect.ModeChange => _stopAtMaskChanges || _stopAtModeChanges,
        _ => false,
    };

    /// <summary>Has the next block end behind so many instructions.</summary>
    /// <returns>False: that is not to be had.</returns>
    private bool TryLimitNextBlock(ulong instructions)
    {
        if (!_cpu.TryLimitNextBlock(instructions))
        {
            return false;
        }

        _limitedAt = Position;
        return true;
    }

    /// <summary>An instruction that had to run alone has done so, if there was one.</summary>
    private void EndRunAlone()
    {
        if (_runsAlone < Position)
        {
            _runsAlone = null;
            _decoder.EndRunAlone();
            _state->Limit = _stopAtBreakpoint is { } stop ? Math.Min(_limit, stop) : _limit;
        }
    }
}
