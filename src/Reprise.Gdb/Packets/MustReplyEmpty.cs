using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vMustReplyEmpty</c>: how gdb makes sure that unknown packets get an empty reply.</summary>
internal sealed class MustReplyEmpty : PacketHandler
{
    public override string Name => "vMustReplyEmpty";

    public override Answer Handle(PacketArguments arguments, SessionContext context) => context.Unknown();
}
