namespace Reprise.Emulation.Execution;

/// <content>
/// Breakpoints. None needs a hook: a block that covers one keeps out of the fast path (its entry carries epoch 0, which never
/// is the current one), and the slow path knows the exact position of each covered address: block start + index.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly BreakpointList _breakpoints = new();

    /// <summary>Position of the latest breakpoint that the last run in <see cref="HitMode.Note"/> passed, if any.</summary>
    public ulong? LastBreakpoint => _lastHeld > _lastBreakpoint || _lastBreakpoint is null ? _lastHeld : _lastBreakpoint;

    /// <summary>Sets a breakpoint on an instruction's address; twice is once, with the last condition.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="condition">
    /// Asked before each execution of it, while the guest runs: it may read registers and memory, but for the PC, which is
    /// the address, and must not throw. False: it is no hit. Null for none.
    /// </param>
    public void AddBreakpoint(ulong address, Func<bool>? condition = null)
    {
        if (_breakpoints.Add(address, condition))
        {
            _blocks.RaiseEpoch();
        }
    }

    /// <summary>Removes a breakpoint; false when there is none.</summary>
    public bool RemoveBreakpoint(ulong address)
    {
        _blocks.RaiseEpoch();
        return _breakpoints.Remove(address);
    }

    /// <summary>
    /// Breakpoints are noted when their block is entered; the run may have stopped in the block, at a position.
    /// </summary>
    private void ForgetBreakpointsFrom(ulong position)
    {
        if (_lastBreakpoint >= position)
        {
            var pc = _decoder.ReadProgramCounter(_unicorn);
            var block = _state->Current;
            var start = position - _blocks.IndexOf(block, pc);
            var hit = LastBreakpointIn(block->Address, pc, start);
            _lastBreakpoint = hit ?? _breakpointBeforeBlock;
        }
    }

    /// <summary>The instruction at the PC ends the run and counts: a breakpoint on it has been passed.</summary>
    private void NoteBreakpointHere()
    {
        var pc = _decoder.ReadProgramCounter(_unicorn);
        if (_hitMode is (HitMode.Note or HitMode.Scan) && _breakpoints.Contains(pc)
            && _breakpoints.ConditionAt(pc) is null)
        {
            _lastBreakpoint = Position;
        }
    }

    /// <summary>Whether a block has breakpoints that no hook in it looks after.</summary>
    private bool CoversBreakpoint(ulong address, uint size)
    {
        if (_hitMode == HitMode.Ignore || _breakpoints.Count == 0)
        {
            return false;
        }

        foreach (var breakpoint in _breakpoints.In(address, size))
        {
            if (!_conditionHooks.ContainsKey(breakpoint) || _breakpoints.ConditionAt(breakpoint) is null
                || _decoder.MayBeSkipped(_memory, breakpoint))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Position of the first breakpoint, or instruction outside of the range, that the block will reach and must stop
    /// before, not counting where the run began.
    /// </summary>
    private ulong? FirstStopIn(ulong address, uint size)
    {
        var position = _state->Position;
        for (var end = address + size; address < end; position++)
        {
            if ((StopsAt(address) && position != _askedAt
                    && (position != _startPosition || _hitMode != HitMode.Stop))
                || (_hitMode == HitMode.Stop && position != _startPosition && HasLeft(address)))
            {
                return position;
            }

            address += _blocks.LengthAt(address);
        }

        return null;
    }

    /// <summary>Position of the last breakpoint without a condition.</summary>
    private ulong? LastBreakpointIn(ulong address, ulong end, ulong position)
    {
        ulong? last = null;
        for (; address < end; position++)
        {
            if (_breakpoints.Contains(address) && _breakpoints.ConditionAt(address) is null)
            {
                last = position;
            }

            address += _blocks.LengthAt(address);
        }

        return last;
    }
}
