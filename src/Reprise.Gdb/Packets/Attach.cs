using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vAttach;pid</c>: the one process is here already.</summary>
internal sealed class Attach : PacketHandler
{
    public override string Name => "vAttach";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(";"u8) || !arguments.TryTakeNumber(out _) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        StopReply.WriteWithoutReason(context.Target.LastStop, context);
        return Answer.Reply;
    }
}
