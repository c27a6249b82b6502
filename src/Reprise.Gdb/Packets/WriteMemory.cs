using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>M address,length:bytes</c>, in hexadecimal.</summary>
internal sealed class WriteMemory : PacketHandler
{
    public override string Name => "M";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTakeRange(out var address, out var length) || !arguments.TryTake(":"u8)
            || !Hex.TryBytes(arguments.Rest, out var bytes) || (ulong)bytes.Length != length)
        {
            return context.Error(Errors.BadPacket);
        }

        return MemoryRange.Write(context, address, bytes);
    }
}
