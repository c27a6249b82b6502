using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>Qqemu.PhyMemMode:0</c> or <c>:1</c>.</summary>
internal sealed class QemuWriteMemoryMode : PacketHandler
{
    public override string Name => "Qqemu.PhyMemMode";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(":"u8) || !arguments.TryTakeNumber(out var mode) || !arguments.AtEnd || mode > 1)
        {
            return context.Error(Errors.BadPacket);
        }

        context.PhysicalMemory = mode == 1;
        return context.Ok();
    }
}
