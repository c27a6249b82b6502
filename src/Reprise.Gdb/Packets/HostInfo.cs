using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qHostInfo</c> (LLDB): the architecture, and that watched accesses are told when they are passed: every one.
/// </summary>
internal sealed class HostInfo : PacketHandler
{
    public override string Name => "qHostInfo";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        var passes = context.Target is IPassAccessTarget;
        context.WatchesAfterAccess = passes;
        context.WatchesEveryWrite = true;
        context.Reply.Text("triple:").Hex(context.Target.Description.TripleBytes).Text(";");
        context.Reply.Text($"endian:little;ptrsize:{context.Target.Description.ProgramCounter.Size};");
        return context.Send($"watchpoint_exceptions_received:{(passes ? "after" : "before")};");
    }
}
