namespace Reprise.Emulation.Cpus.X86;

/// <summary>Enters exceptions, and what comes of it when that fails (SDM volume 3, 6.15, interrupt 8).</summary>
/// <param name="state">The registers.</param>
/// <param name="entry">Enters one.</param>
/// <param name="code">What the PC is behind.</param>
internal sealed class ExceptionDelivery(X86State state, ExceptionEntry entry, CurrentCode code)
{
    private const byte Int3 = 0xcc;
    private const byte Into = 0xce;

    /// <param name="fault">Which one.</param>
    /// <param name="isSoftware">It comes from INT n, INT3 or INTO, which the PC is behind.</param>
    /// <param name="isExternal">It comes from an interrupt controller.</param>
    /// <returns>False: a double fault could not be entered, and the processor shuts down.</returns>
    public bool TryEnter(GuestFault fault, bool isSoftware, bool isExternal)
    {
        // Interrupts are benign, whatever their vector.
        var first = isExternal || isSoftware ? new GuestFault(GuestFault.Debug) : fault;
        while (entry.Enter(fault, isSoftware, isExternal) is { } second)
        {
            state.InstructionPointer -= isSoftware && !entry.HasSwitched ? LengthOfInterrupt(fault.Vector) : 0;
            isSoftware = false;
            isExternal = false;
            if (GuestFault.Combine(first, second) is not { } next)
            {
                return false;
            }

            first = fault = next;
        }

        return true;
    }

    /// <summary>Bytes of the INT, INT3 or INTO; prefixes, which mean nothing, do not count.</summary>
    private uint LengthOfInterrupt(byte vector) =>
        (vector == GuestFault.Breakpoint && code.ByteBefore == Int3)
        || (vector == GuestFault.Overflow && code.ByteBefore == Into)
            ? 1u
            : 2;
}
