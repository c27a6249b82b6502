using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>D</c>, <c>D;pid</c>: lets the guest go.</summary>
internal sealed class Detach : PacketHandler
{
    public override string Name => "D";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.AtEnd && !(arguments.TryTake(";"u8) && arguments.TryTakeNumber(out _) && arguments.AtEnd))
        {
            return context.Error(Errors.BadPacket);
        }

        context.Breakpoints.Clear();
        context.Target.Detach();
        return context.Ok();
    }
}
