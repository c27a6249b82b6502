using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>X address,length:bytes</c>, raw. With length 0 gdb asks whether the packet is known.</summary>
internal sealed class WriteMemoryBinary : PacketHandler
{
    public override string Name => "X";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTakeRange(out var address, out var length) || !arguments.TryTake(":"u8)
            || (ulong)arguments.Rest.Length != length)
        {
            return context.Error(Errors.BadPacket);
        }

        return MemoryRange.Write(context, address, arguments.Rest);
    }
}
