using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Instructions that send an event to the CPU itself (SEV), which Unicorn takes for no-ops. A hook on the address of each
/// says when it runs; a skipped one does not. Nothing ends there: the event is only looked at by what waits for one.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly HashSet<ulong> _eventHooks = [];
    private (ulong Address, uint Size)? _deafTo;

    /// <summary>Called when an instruction sends an event.</summary>
    public Action? EventSent { get; set; }

    /// <summary>The block sends events: without a hook on each it must not run.</summary>
    private bool HearsEvents(ulong address, uint size)
    {
        for (var end = address + size; address < end; address += _blocks.LengthAt(address))
        {
            if (SendsEvent(address) && !_eventHooks.Contains(address))
            {
                _deafTo = (end - size, size);
                _unicorn.Stop();
                return false;
            }
        }

        return true;
    }

    private void AddEventHooks((ulong Address, uint Size) block)
    {
        delegate* unmanaged<nint, ulong, uint, CounterState*, void> send = &AtEvent;
        _deafTo = null;
        var end = block.Address + block.Size;
        for (var address = block.Address; address < end; address += _blocks.LengthAt(address))
        {
            if (SendsEvent(address) && _eventHooks.Add(address))
            {
                _unicorn.AddHook(UnicornHook.Code, send, _state, address, address);
            }
        }

        _unicorn.RemoveTranslations(block.Address, end);
    }

    private bool SendsEvent(ulong address)
    {
        var code = _guestCode.At(address);
        var length = _decoder.Length(code);
        return code.Length >= length && _decoder.EffectOf(code[..length]) == InstructionEffect.SendEvent;
    }

    [UnmanagedCallersOnly]
    private static void AtEvent(nint unicorn, ulong address, uint size, CounterState* state)
    {
        // The run may be over already, and other code may have come to a hooked address.
        var self = Self(state);
        if (self._abandonedAt is null && self.SendsEvent(address))
        {
            self.EventSent?.Invoke();
        }
    }
}
