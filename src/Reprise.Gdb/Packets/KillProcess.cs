using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vKill;pid</c>: k with a reply.</summary>
internal sealed class KillProcess : PacketHandler
{
    public override string Name => "vKill";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(";"u8) || !arguments.TryTakeNumber(out _) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        context.Ok();
        return KillGuest.From(context) ? Answer.End : Answer.Reply;
    }
}
