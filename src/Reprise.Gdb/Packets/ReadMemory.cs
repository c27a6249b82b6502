using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>m address,length</c>: what fits, and of that what is readable from the start.</summary>
internal sealed class ReadMemory : PacketHandler
{
    public override string Name => "m";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTakeRange(out var address, out var length) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        var buffer = MemoryRange.Fitting(address, length, SessionContext.PacketSize / 2);
        var count = context.Target.ReadMemory(address, buffer);
        if (count == 0 && length != 0)
        {
            return context.Error(Errors.BadAddress);
        }

        context.Reply.Memory(buffer.AsSpan(0, count));
        return Answer.Reply;
    }
}
