using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>QStartNoAckMode</c>: no more + and -. This packet itself was acknowledged still.</summary>
internal sealed class StartNoAckMode : PacketHandler
{
    public override string Name => "QStartNoAckMode";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.NoAcknowledgements = true;
        return context.Ok();
    }
}
