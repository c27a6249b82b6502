using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>QReprise.RefreshesItself</c> (our script): the peer looks anew at a guest that a command has moved.</summary>
internal sealed class RefreshesItself : PacketHandler
{
    public override string Name => "QReprise.RefreshesItself";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.RefreshesItself = true;
        return context.Ok();
    }
}
