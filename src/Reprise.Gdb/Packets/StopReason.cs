using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>?</c>: where the guest stands.</summary>
internal sealed class StopReason : PacketHandler
{
    public override string Name => "?";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        StopReply.WriteWithoutReason(context.Target.LastStop, context);
        return Answer.Reply;
    }
}
