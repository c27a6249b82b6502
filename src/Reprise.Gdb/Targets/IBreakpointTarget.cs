namespace Reprise.Gdb.Targets;

/// <summary>A target that stops at breakpoints and watchpoints.</summary>
public interface IBreakpointTarget
{
    /// <summary>Never called twice for the same three values without a <see cref="Remove"/> between.</summary>
    /// <param name="kind">Which sort.</param>
    /// <param name="address">Of the instruction, or of the first watched byte.</param>
    /// <param name="length">Bytes watched; for a breakpoint gdb's kind (ARM: 2 Thumb, 3 32-bit Thumb-2, 4 ARM).</param>
    /// <param name="condition">
    /// Of a breakpoint: asked at each hit, while the guest stands there; false goes on, either way. Null always stops.
    /// It reads registers and memory of this target, and changes nothing.
    /// </param>
    WriteResult Insert(BreakpointKind kind, ulong address, int length, Func<bool>? condition);

    /// <summary>Takes back an <see cref="Insert"/> that succeeded.</summary>
    WriteResult Remove(BreakpointKind kind, ulong address, int length);
}
