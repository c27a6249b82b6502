using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>!</c>: the peer wants to kill and restart guests within the connection.</summary>
internal sealed class EnableExtendedMode : PacketHandler
{
    public override string Name => "!";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.Extended = true;
        return context.Ok();
    }
}
