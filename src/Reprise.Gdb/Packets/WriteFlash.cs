using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vFlashWrite:address:bytes</c>, raw: nothing changes before <c>vFlashDone</c>.</summary>
internal sealed class WriteFlash : PacketHandler
{
    public override string Name => "vFlashWrite";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(":"u8) || !arguments.TryTakeNumber(out var address) || !arguments.TryTake(":"u8))
        {
            return context.Error(Errors.BadPacket);
        }

        return context.Flash.TryWrite(address, arguments.Rest) ? context.Ok() : context.Send("E.memtype");
    }
}
