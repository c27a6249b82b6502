using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>Z kind,address,length</c>: twice is one.</summary>
internal sealed class InsertBreakpoint : PacketHandler
{
    public override string Name => "Z";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!context.Breakpoints.Supported)
        {
            return context.Unknown();
        }

        if (!BreakpointArguments.TryTake(ref arguments, out var breakpoint))
        {
            return context.Error(Errors.BadPacket);
        }

        var (kind, address, length) = breakpoint;
        return context.Breakpoints.Full
            ? context.Error(Errors.TooMany)
            : context.Result(context.Breakpoints.Insert(kind, address, length));
    }
}
