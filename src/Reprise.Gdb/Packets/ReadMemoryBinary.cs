using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>x address,length</c>: like m, with a <c>b</c> and raw bytes.</summary>
internal sealed class ReadMemoryBinary : PacketHandler
{
    public override string Name => "x";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTakeRange(out var address, out var length) || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        var buffer = MemoryRange.Fitting(address, length, SessionContext.PacketSize);
        var count = context.Target.ReadMemory(address, buffer);
        if (count == 0 && length != 0)
        {
            return context.Error(Errors.BadAddress);
        }

        context.Reply.Text("b").Binary(buffer.AsSpan(0, count));
        return Answer.Reply;
    }
}
