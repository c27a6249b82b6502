using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qAttached</c>: 1, so that gdb detaches when it quits, and does not kill.</summary>
internal sealed class Attached : PacketHandler
{
    public override string Name => "qAttached";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Send("1");
}
