using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vFlashErase:address,length</c>: in whole blocks; nothing changes before <c>vFlashDone</c>.</summary>
internal sealed class EraseFlash : PacketHandler
{
    public override string Name => "vFlashErase";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(":"u8) || !arguments.TryTakeRange(out var address, out var length) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        return context.Flash.TryErase(address, length) ? context.Ok() : context.Error(Errors.BadAddress);
    }
}
