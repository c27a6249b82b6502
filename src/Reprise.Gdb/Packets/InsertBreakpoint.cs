using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>Z kind,address,length[;conditions]</c>: twice is one. Conditions of breakpoints are decided on this side.
/// </summary>
internal sealed class InsertBreakpoint : PacketHandler
{
    public override string Name => "Z";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!context.Breakpoints.Supported)
        {
            return context.Unknown();
        }

        if (!BreakpointArguments.TryTake(ref arguments, context, out var breakpoint)
            || (breakpoint.Kind > BreakpointKind.Hardware && !arguments.AtEnd)
            || !BreakpointArguments.TryTakeConditions(ref arguments, out var conditions))
        {
            return context.Error(Errors.BadPacket);
        }

        var (kind, address, length) = breakpoint;
        return context.Breakpoints.HasRoomFor(conditions)
            ? context.Result(context.Breakpoints.Insert(kind, address, length, conditions))
            : context.Error(Errors.TooMany);
    }
}
