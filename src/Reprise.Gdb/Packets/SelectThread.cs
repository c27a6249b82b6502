using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>Hc id</c>, <c>Hg id</c>: there is one to select.</summary>
internal sealed class SelectThread : PacketHandler
{
    public override string Name => "H";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake("c"u8) && !arguments.TryTake("g"u8))
        {
            return context.Error(Errors.BadPacket);
        }

        return ThreadId.TryTake(ref arguments, out var known) && arguments.AtEnd && known
            ? context.Ok()
            : context.Error(Errors.BadPacket);
    }
}
