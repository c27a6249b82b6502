using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>T id</c>: whether the thread is alive.</summary>
internal sealed class ThreadAlive : PacketHandler
{
    public override string Name => "T";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        return ThreadId.TryTake(ref arguments, out var known) && arguments.AtEnd && known
            ? context.Ok()
            : context.Error(Errors.BadPacket);
    }
}
