using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>The arguments of Z and z.</summary>
internal static class BreakpointArguments
{
    /// <summary>Far more than any debug unit watches.</summary>
    private const int LongestWatch = 0x10000;

    /// <summary>Takes <c>kind,address,length</c>; false for all else, and for conditions: none are announced.</summary>
    public static bool TryTake(
        ref PacketArguments arguments,
        out (BreakpointKind Kind, ulong Address, int Length) breakpoint)
    {
        breakpoint = default;
        if (!arguments.TryTakeNumber(out var kind) || kind > (ulong)BreakpointKind.AccessWatch
            || !arguments.TryTake(","u8) || !arguments.TryTakeRange(out var address, out var length)
            || length > LongestWatch || !arguments.AtEnd)
        {
            return false;
        }

        breakpoint = ((BreakpointKind)kind, address, (int)length);
        return breakpoint.Kind is BreakpointKind.Software or BreakpointKind.Hardware || length > 0;
    }
}
