using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vCont?</c>: without c, C, s and S gdb falls back to older packets; r makes <c>next</c> one.</summary>
internal sealed class ListActions : PacketHandler
{
    public override string Name => "vCont?";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Send("vCont;c;C;s;S;r");
}
