using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qThreadExtraInfo,id</c>: what <c>info threads</c> shows.</summary>
internal sealed class ThreadExtraInfo : PacketHandler
{
    public override string Name => "qThreadExtraInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!arguments.TryTake(","u8) || !ThreadId.TryTake(ref arguments, out var known) || !arguments.AtEnd || !known)
        {
            return context.Error(Errors.BadPacket);
        }

        context.Reply.Hex(Encoding.UTF8.GetBytes(ThreadText.Describe(context.Target)));
        return Answer.Reply;
    }
}
