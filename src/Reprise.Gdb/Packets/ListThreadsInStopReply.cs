using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>QListThreadsInStopReply</c> (LLDB): stop replies name all threads and where they are.</summary>
internal sealed class ListThreadsInStopReply : PacketHandler
{
    public override string Name => "QListThreadsInStopReply";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.ThreadsInStopReply = true;
        return context.Ok();
    }
}
