using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qXfer:features:read:annex:offset,length</c>: a piece of the target description.</summary>
internal sealed class Transfer : PacketHandler
{
    public override string Name => "qXfer";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(":features:read:"u8))
        {
            return context.Unknown();
        }

        var name = PacketArguments.Text(arguments.TakeUntil((byte)':'));
        if (!context.Target.Description.TryGetAnnex(name, out var annex))
        {
            return context.Error(0);
        }

        if (!arguments.TryTakeRange(out var offset, out var length) || !arguments.AtEnd || offset > (ulong)annex.Length)
        {
            return context.Error(Errors.BadPacket);
        }

        var rest = annex.Span[(int)offset..];
        var piece = rest[..(int)Math.Min(length, (ulong)Math.Min(rest.Length, SessionContext.PacketSize / 4))];
        context.Reply.Text(piece.Length == rest.Length ? "l" : "m").Binary(piece);
        return Answer.Reply;
    }
}
