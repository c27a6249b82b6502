using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qProcessInfo</c> (LLDB): the one process.</summary>
internal sealed class ProcessInfo : PacketHandler
{
    public override string Name => "qProcessInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.Reply.Text("pid:1;triple:").Hex(context.Target.Description.TripleBytes).Text(";");
        return context.Send($"endian:little;ptrsize:{context.Target.Description.ProgramCounter.Size};");
    }
}
