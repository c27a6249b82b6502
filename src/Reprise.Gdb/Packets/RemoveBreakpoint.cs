using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>z kind,address,length</c>: fine, too, when it was never inserted.</summary>
internal sealed class RemoveBreakpoint : PacketHandler
{
    public override string Name => "z";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!context.Breakpoints.Supported)
        {
            return context.Unknown();
        }

        if (!BreakpointArguments.TryTake(ref arguments, context, out var breakpoint) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        var (kind, address, length) = breakpoint;
        return context.Result(context.Breakpoints.Remove(kind, address, length));
    }
}
