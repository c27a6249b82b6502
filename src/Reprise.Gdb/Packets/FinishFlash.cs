using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>vFlashDone</c>: what was erased and written is now so.</summary>
internal sealed class FinishFlash : PacketHandler
{
    public override string Name => "vFlashDone";

    public override Answer Handle(PacketArguments arguments, SessionContext context) =>
        arguments.AtEnd ? context.Result(context.Flash.Finish()) : context.Error(Errors.BadPacket);
}
