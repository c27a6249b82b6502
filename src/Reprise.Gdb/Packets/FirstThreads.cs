using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qfThreadInfo</c>: all threads, which is one.</summary>
internal sealed class FirstThreads : PacketHandler
{
    public override string Name => "qfThreadInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        context.Send("m" + context.Thread);
}
