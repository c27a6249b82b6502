using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qsThreadInfo</c>: no more.</summary>
internal sealed class MoreThreads : PacketHandler
{
    public override string Name => "qsThreadInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Send("l");
}
