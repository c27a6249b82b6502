using Reprise.Gdb.Sessions;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qHostInfo</c> (LLDB): the architecture. Watchpoints are told before the access, so that LLDB steps over it itself.
/// </summary>
internal sealed class HostInfo : PacketHandler
{
    public override string Name => "qHostInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        context.Reply.Text("triple:").Hex(context.Target.Description.TripleBytes).Text(";");
        context.Reply.Text($"endian:little;ptrsize:{context.Target.Description.ProgramCounter.Size};");
        return context.Send("watchpoint_exceptions_received:before;");
    }
}
