using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Conditions of breakpoints. A condition is asked while the guest runs, by a code hook on the one address: registers and
/// memory are exact there, and one that does not hold ends no run. An instruction that may be skipped is no place for
/// that: a code hook does not fire for a skipped one. The run stops before it and asks, as before a breakpoint.
/// Hooks are set when a block with such a breakpoint is about to run, and stay when the breakpoint goes: a debugger takes
/// its breakpoints out at each stop, and puts them in again.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    /// <summary>Unicorn walks its list of hooks; what is above is left over from breakpoints that are gone.</summary>
    private const int MostConditionHooks = 64;

    /// <summary>A run of this length is worth dropping hooks that nobody needs any more.</summary>
    private const ulong LongRun = 100_000;

    private readonly Dictionary<ulong, nint> _conditionHooks = [];
    private (ulong Address, uint Size)? _unasked;
    private ulong? _askedAt;
    private ulong? _heldAt;
    private ulong? _lastHeld;

    /// <summary>
    /// Called with the position before a condition is asked; <see cref="Position"/> itself is ahead in the midst of a run.
    /// </summary>
    public Action<ulong>? AskingCondition { get; set; }

    /// <summary>Whether there are conditions or watchpoints to ask about: that may slow a run down a lot.</summary>
    public bool AsksOften => _breakpoints.HasConditions || !_watchpoints.IsEmpty;

    /// <summary>Whether there is a breakpoint at an address, the PC, that counts now.</summary>
    public bool IsAtHit(ulong address) => _breakpoints.Contains(address) && HoldsAt(address, Position);

    private bool HoldsAt(ulong address, ulong position)
    {
        if (_breakpoints.ConditionAt(address) is not { } condition)
        {
            return true;
        }

        AskingCondition?.Invoke(position);
        return condition();
    }

    private void BeginConditions(ulong limit)
    {
        _askedAt = null;
        _heldAt = null;
        _lastHeld = null;
        if (_conditionHooks.Count > 0 && !_breakpoints.HasConditions && limit - Position > LongRun)
        {
            RemoveConditionHooks();
        }
    }

    /// <summary>Whether a breakpoint stops the run before its instruction, whatever its condition says then.</summary>
    private bool StopsAt(ulong address) =>
        _breakpoints.Contains(address)
        && (_breakpoints.ConditionAt(address) is null ? _hitMode == HitMode.Stop : _decoder.MayBeSkipped(_memory, address));

    /// <summary>The run is at the position of a breakpoint, or outside of the range, where it stopped.</summary>
    /// <returns>False: its condition does not hold, or it is only noted, and the run goes on.</returns>
    private bool EndsHere()
    {
        var position = Position;
        var pc = _decoder.ReadProgramCounter(_unicorn);
        var holds = _heldAt == position || HoldsAt(pc, position);
        if ((holds || HasLeft(pc)) && _hitMode == HitMode.Stop)
        {
            return true;
        }

        _lastHeld = holds ? position : _lastHeld;
        _askedAt = position;
        _stopAtBreakpoint = null;
        _state->Limit = _limit;
        return false;
    }

    /// <summary>A block is about to run.</summary>
    /// <returns>False: it must not; its hooks come first.</returns>
    private bool PrepareConditions(ulong address, uint size)
    {
        foreach (var breakpoint in _breakpoints.In(address, size))
        {
            if (IsHookWanted(breakpoint))
            {
                _unasked = (address, size);
                _unicorn.Stop();
                return false;
            }
        }

        return true;
    }

    private bool IsHookWanted(ulong address) =>
        _breakpoints.ConditionAt(address) is not null && !_conditionHooks.ContainsKey(address)
        && !_decoder.MayBeSkipped(_memory, address);

    private void AddConditionHooks((ulong Address, uint Size) block)
    {
        _unasked = null;
        if (_conditionHooks.Count >= MostConditionHooks)
        {
            RemoveConditionHooks();
        }

        delegate* unmanaged<nint, ulong, uint, CounterState*, void> ask = &AtCondition;
        foreach (var address in _breakpoints.In(block.Address, block.Size))
        {
            if (IsHookWanted(address))
            {
                _conditionHooks.Add(address, _unicorn.AddHook(UnicornHook.Code, ask, _state, address, address));
            }
        }

        _unicorn.RemoveTranslations(block.Address, block.Address + block.Size);
    }

    private void RemoveConditionHooks()
    {
        foreach (var hook in _conditionHooks.Values)
        {
            _unicorn.RemoveHook(hook);
        }

        _conditionHooks.Clear();
        FlushTranslations();
        _blocks.RaiseEpoch();
    }

    [UnmanagedCallersOnly]
    private static void AtCondition(nint unicorn, ulong address, uint size, CounterState* state) =>
        Self(state).OnCondition(address);

    private void OnCondition(ulong address)
    {
        if (_abandonedAt is not null || _hitMode == HitMode.Ignore || _breakpoints.ConditionAt(address) is null)
        {
            return;
        }

        var position = PositionOf(address);
        if (position == _askedAt || (_hitMode == HitMode.Stop && position == _startPosition))
        {
            return;
        }

        _askedAt = position;
        if (!HoldsAt(address, position))
        {
            return;
        }

        if (_hitMode != HitMode.Stop)
        {
            _lastHeld = position;
            return;
        }

        _heldAt = position;
        _stopAtBreakpoint = position;
        _abandonedAt = position;
        _unicorn.Stop();
    }
}
