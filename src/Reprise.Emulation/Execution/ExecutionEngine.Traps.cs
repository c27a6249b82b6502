using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Traps: instructions that fault by the values in their registers. While any is enabled, the slow path looks for them
/// in each new block, and a hook on the address of each asks <see cref="IInstructionTraps"/> before it runs. An access is
/// then made to fail, by a TLB that is empty; what accesses nothing is stopped at by the hook. That can't be done in an
/// IT block: a run stops before such an instruction, asks, and goes over it alone.
/// Every change of the set of traps drops hooks and translations, so that without traps nothing is left of this.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    /// <summary>Unicorn walks its list of hooks: with more of them, one over all instructions is cheaper.</summary>
    private const int MostTrapHooks = 32;

    private readonly Dictionary<ulong, nint> _trapHooks = [];
    private readonly List<ulong> _newTraps = [];
    private (ulong Address, uint Size)? _untrapped;
    private nint? _hookOverAll;
    private uint _enabledTraps;
    private uint? _trap;
    private ulong? _resolvedAt; // what an exception there asked for is done
    private ulong? _stopBeforeTrap;
    private ulong? _pastTrap;
    private (ulong Address, ulong Position)? _runsUnasked;

    /// <summary>The set of traps may have changed since the last run.</summary>
    private void FollowTraps()
    {
        _stopBeforeTrap = null;
        _pastTrap = null;
        var enabled = _traps?.Enabled ?? 0;
        if (enabled == _enabledTraps)
        {
            return;
        }

        _enabledTraps = enabled;
        RemoveTrapHooks();
        if (_hookOverAll is { } hook)
        {
            _unicorn.RemoveHook(hook);
            _hookOverAll = null;
        }

        FlushTranslations();
        _blocks.RaiseEpoch();
    }

    private void RemoveTrapHooks()
    {
        foreach (var hook in _trapHooks.Values)
        {
            _unicorn.RemoveHook(hook);
        }

        _trapHooks.Clear();
    }

    /// <summary>A block is about to run for the first time with these traps.</summary>
    /// <returns>False: it must not; its hooks come first.</returns>
    private bool PrepareTraps(ulong address, uint size)
    {
        var position = _state->Position;
        var end = address + size;
        for (var at = address; at < end; at += _blocks.LengthAt(at), position++)
        {
            switch (_traps!.CheckOf(at))
            {
                case TrapCheck.InPlace or TrapCheck.Access when _hookOverAll is null && !_trapHooks.ContainsKey(at):
                    _newTraps.Add(at);
                    break;
                case TrapCheck.Alone when position != _pastTrap && position < _state->Limit:
                    _stopBeforeTrap = position;
                    _state->Limit = position;
                    break;
            }
        }

        if (_newTraps.Count == 0)
        {
            return true;
        }

        _untrapped = (address, size);
        _unicorn.Stop();
        return false;
    }

    private bool HoldsLoneTrap(ulong address, uint size)
    {
        for (var end = address + size; address < end; address += _blocks.LengthAt(address))
        {
            if (_traps!.CheckOf(address) == TrapCheck.Alone)
            {
                return true;
            }
        }

        return false;
    }

    private void AddTrapHooks((ulong Address, uint Size) block)
    {
        delegate* unmanaged<nint, ulong, uint, CounterState*, void> trap = &BeforeTrap;
        if (_trapHooks.Count + _newTraps.Count > MostTrapHooks)
        {
            RemoveTrapHooks();
            _hookOverAll = _unicorn.AddHook(UnicornHook.Code, trap, _state, 0, ulong.MaxValue);
            FlushTranslations();
        }
        else
        {
            foreach (var address in _newTraps)
            {
                _trapHooks.Add(address, _unicorn.AddHook(UnicornHook.Code, trap, _state, address, address));
            }

            _unicorn.RemoveTranslations(block.Address, block.Address + block.Size);
        }

        _newTraps.Clear();
        _untrapped = null;
    }

    /// <summary>At the position of an instruction that can be asked about only here: it runs alone or not at all.</summary>
    private EngineExit? EnterLoneTrap()
    {
        _stopBeforeTrap = null;
        var pc = _decoder.ReadProgramCounter(_unicorn);
        if (_traps!.Find(pc, isBetween: true) is { } number)
        {
            // It does not get as far as its block, where breakpoints are noted.
            NoteBreakpointHere();
            _state->Position++;
            return new EngineExit(ExitKind.GuestException, Number: number);
        }

        _pastTrap = Position;
        _state->Limit = Position + 1;
        return null;
    }

    /// <summary>What an exception of the emulator's asked for is done; its instruction has not run.</summary>
    private bool TryResolve(uint exception)
    {
        if (!IsInBlock(out var pc))
        {
            return false;
        }

        _writer = PositionOf(pc);
        var isResolved = _traps!.TryResolve(exception);
        _writer = null;
        if (!isResolved)
        {
            return false;
        }

        _state->Position = PositionOf(pc);
        _resolvedAt = Position;
        ForgetBreakpointsFrom(_state->Position);
        if (EndsBehindOutsideWatch)
        {
            LimitTo(Position + 1);
        }

        return true;
    }

    /// <summary>
    /// A store of 8 bytes over the edge of a page is made byte by byte, each of which is asked for the alignment of the whole
    /// (<see cref="AlignmentPatch"/>). Its instruction runs alone then, in a translation that asks for none.
    /// </summary>
    private bool RunsUnasked(uint exception)
    {
        if (!IsInBlock(out var pc) || !_traps!.IsAlignedEnough(exception))
        {
            return false;
        }

        var position = PositionOf(pc);
        ForgetBreakpointsFrom(position);
        _unicorn.RemoveTranslations(pc, pc + _blocks.LengthAt(pc));
        _state->Position = position;
        _state->Limit = position + 1;
        _alone = position;
        _runsUnasked = (pc, position);
        _unicorn.Save(_context);
        return true;
    }

    private void ForgetUnasked()
    {
        if (_runsUnasked is { } unasked && unasked.Position < Position)
        {
            _unicorn.RemoveTranslations(unasked.Address, unasked.Address + _blocks.LengthAt(unasked.Address));
            _runsUnasked = null;
        }
    }

    private bool IsInBlock(out ulong pc)
    {
        pc = _decoder.ReadProgramCounter(_unicorn);
        var block = _state->Current;
        return _traps is not null && block is not null && pc - block->Address < block->Size;
    }

    [UnmanagedCallersOnly]
    private static void BeforeTrap(nint unicorn, ulong address, uint size, CounterState* state) =>
        Self(state).OnTrap(address);

    private void OnTrap(ulong address)
    {
        // A breakpoint there comes first, whose hook may be behind this one.
        OnCondition(address);
        if (_abandonedAt is not null)
        {
            return;
        }

        var check = _traps!.CheckOf(address);
        if (check is TrapCheck.InPlace or TrapCheck.Access && _traps.Find(address, isBetween: false) is { } number)
        {
            _trap = number;
            _abandonedAt = PositionOf(address);
            if (check == TrapCheck.Access)
            {
                // It misses the TLB, and its fill fails.
                _unicorn.FlushTlb();
                _fills?.Forget();
            }
            else
            {
                _unicorn.Stop();
            }
        }
        else if (check == TrapCheck.InPlace && _traps.Announces(address))
        {
            Announce(address);
        }
    }
}
