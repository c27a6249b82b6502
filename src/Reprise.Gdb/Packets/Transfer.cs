using Reprise.Gdb.Sessions;
using Reprise.Gdb.Transfers;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qXfer:object:read:annex:offset,length</c>: a piece of an object.</summary>
internal sealed class Transfer : PacketHandler
{
    public override string Name => "qXfer";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        arguments.TryTake(":"u8);
        var name = PacketArguments.Text(arguments.TakeUntil((byte)':'));
        if (TransferTable.Find(name, context) is not { } source || !arguments.TryTake("read:"u8))
        {
            return context.Unknown();
        }

        if (source.Read(PacketArguments.Text(arguments.TakeUntil((byte)':')), context) is not { } content)
        {
            return context.Error(0);
        }

        if (!arguments.TryTakeRange(out var offset, out var length) || !arguments.AtEnd
            || offset > (ulong)content.Length)
        {
            return context.Error(Errors.BadPacket);
        }

        var rest = content.Span[(int)offset..];
        var piece = rest[..(int)Math.Min(length, (ulong)Math.Min(rest.Length, SessionContext.PacketSize / 4))];
        context.Reply.Text(piece.Length == rest.Length ? "l" : "m").Binary(piece);
        return Answer.Reply;
    }
}
