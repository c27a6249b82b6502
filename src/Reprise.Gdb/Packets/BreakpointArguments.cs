using Reprise.Gdb.Conditions;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>The arguments of Z and z.</summary>
internal static class BreakpointArguments
{
    /// <summary>Far more than any debug unit watches.</summary>
    private const int LongestWatch = 0x10000;

    /// <summary>Takes <c>kind,address,length</c>; false for all else.</summary>
    public static bool TryTake(
        ref PacketArguments arguments,
        SessionContext context,
        out (BreakpointKind Kind, ulong Address, int Length) breakpoint)
    {
        breakpoint = default;
        if (!arguments.TryTakeNumber(out var kind) || kind > (ulong)BreakpointKind.AccessWatch
            || !arguments.TryTake(","u8) || !arguments.TryTakeRange(out var address, out var length)
            || length > LongestWatch)
        {
            return false;
        }

        var isChange = kind == (ulong)BreakpointKind.WriteWatch && !context.WatchesEveryWrite;
        breakpoint = (isChange ? BreakpointKind.ChangeWatch : (BreakpointKind)kind, address, (int)length);
        return breakpoint.Kind is BreakpointKind.Software or BreakpointKind.Hardware || length > 0;
    }

    /// <summary>Takes <c>;Xlength,code</c>, repeated with or without the ';', up to the end; none is fine.</summary>
    public static bool TryTakeConditions(ref PacketArguments arguments, out BreakpointConditions conditions)
    {
        var expressions = new List<AgentExpression>();
        conditions = new BreakpointConditions(expressions);
        if (arguments.AtEnd)
        {
            return true;
        }

        if (!arguments.TryTake(";"u8))
        {
            return false;
        }

        while (!arguments.AtEnd)
        {
            if (!arguments.TryTake("X"u8) || !arguments.TryTakeNumber(out var length) || !arguments.TryTake(","u8)
                || !arguments.TryTakeBytes(length, out var code) || !AgentExpression.TryParse(code, out var expression)
                || expressions.Count == BreakpointConditions.Most)
            {
                return false;
            }

            expressions.Add(expression);
            arguments.TryTake(";"u8);
        }

        conditions = new BreakpointConditions(expressions);
        return true;
    }
}
