using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Instructions of which Unicorn does nothing, or something else: those that send an event to the CPU itself (SEV), and
/// those that the processor does by itself (<see cref="InstructionEffect.Emulated"/>). A hook on the address of each says
/// when it runs; a skipped one does not. At an event nothing ends: it is only looked at by what waits for one. At an
/// emulated instruction the run ends, before it has done anything, and it counts. An announced one may have to run alone.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly HashSet<ulong> _instructionHooks = [];
    private (ulong Address, uint Size)? _deafTo;
    private bool _emulates;
    private bool _completes;

    /// <summary>Called when an instruction sends an event.</summary>
    public Action? EventSent { get; set; }

    /// <summary>Called before an instruction that is <see cref="InstructionEffect.Announced"/>, with its address.</summary>
    public Func<ulong, HowItRuns>? Announced { get; set; }

    /// <summary>Called behind one for which <see cref="Announced"/> said that it must run alone.</summary>
    public Action? Completed { get; set; }

    /// <summary>The block has such instructions: without a hook on each it must not run.</summary>
    private bool HearsInstructions(ulong address, uint size)
    {
        for (var end = address + size; address < end; address += _blocks.LengthAt(address))
        {
            if (BlockTable.IsHooked(EffectAt(address)) && !_instructionHooks.Contains(address))
            {
                _deafTo = (end - size, size);
                _unicorn.Stop();
                return false;
            }
        }

        return true;
    }

    private void AddInstructionHooks((ulong Address, uint Size) block)
    {
        delegate* unmanaged<nint, ulong, uint, CounterState*, void> hook = &AtInstruction;
        _deafTo = null;
        var end = block.Address + block.Size;
        for (var address = block.Address; address < end; address += _blocks.LengthAt(address))
        {
            if (BlockTable.IsHooked(EffectAt(address)) && _instructionHooks.Add(address))
            {
                _unicorn.AddHook(UnicornHook.Code, hook, _state, address, address);
            }
        }

        _unicorn.RemoveTranslations(block.Address, end);
    }

    private void RunAlone(ulong position)
    {
        if (position == _alone)
        {
            _completes = true;
            return;
        }

        _aloneWanted = position;
        _abandonedAt = position;
        _unicorn.Stop();
    }

    /// <summary>An instruction before it in the block that runs has a hook.</summary>
    private bool IsBehindHook(ulong address)
    {
        for (var at = _state->Current->Address; at < address; at += _blocks.LengthAt(at))
        {
            if (_hookOverAll is not null || _instructionHooks.Contains(at) || _conditionHooks.ContainsKey(at)
                || _trapHooks.ContainsKey(at))
            {
                return true;
            }
        }

        return false;
    }

    private InstructionEffect EffectAt(ulong address)
    {
        var code = _guestCode.At(address);
        var length = _decoder.Length(code);
        return code.Length >= length ? _decoder.EffectOf(code[..length]) : InstructionEffect.None;
    }

    [UnmanagedCallersOnly]
    private static void AtInstruction(nint unicorn, ulong address, uint size, CounterState* state) =>
        Self(state).OnInstruction(address);

    private void OnInstruction(ulong address)
    {
        // A breakpoint there comes first, whose hook may be behind this one.
        OnCondition(address);

        // The run may be over already, and other code may have come to a hooked address.
        if (_abandonedAt is not null)
        {
            return;
        }

        switch (EffectAt(address))
        {
            case InstructionEffect.SendEvent:
                EventSent?.Invoke();
                break;
            case InstructionEffect.Announced or InstructionEffect.AnnouncedMaskChange:
                Announce(address);
                break;
            case InstructionEffect.AnnouncedFirst when IsBehindHook(address):
                RunAlone(PositionOf(address));
                break;
            case InstructionEffect.AnnouncedFirst:
                Announced?.Invoke(address);
                break;
            case InstructionEffect.Emulated:
                LeaveToProcessor(address);
                break;
        }
    }

    private void Announce(ulong address)
    {
        switch (Announced?.Invoke(address))
        {
            case HowItRuns.Alone:
                RunAlone(PositionOf(address));
                break;
            case HowItRuns.Emulated:
                LeaveToProcessor(address);
                break;
        }
    }

    private void LeaveToProcessor(ulong address)
    {
        _emulates = true;
        _abandonedAt = PositionOf(address);
        _unicorn.Stop();
    }
}
