using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qC</c>.</summary>
internal sealed class CurrentThread : PacketHandler
{
    public override string Name => "qC";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Send("QC" + context.Thread);
}
