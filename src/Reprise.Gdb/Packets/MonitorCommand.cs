using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>qRcmd,command</c>: <c>monitor</c>; output goes ahead in O packets.</summary>
internal sealed class MonitorCommand : PacketHandler
{
    public override string Name => "qRcmd";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (context.Target is not IMonitorTarget target)
        {
            return context.Unknown();
        }

        if (!arguments.TryTake(","u8) || !Hex.TryBytes(arguments.Rest, out var command))
        {
            return context.Error(Errors.BadPacket);
        }

        context.Console.SendKept();
        var goesOn = target.Execute(PacketArguments.Text(command), context.Console);
        context.Console.Flush();
        context.Ok();
        return goesOn ? Answer.Reply : Answer.End;
    }
}
