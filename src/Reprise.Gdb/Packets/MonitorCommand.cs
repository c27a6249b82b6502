using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qRcmd,command</c>: <c>monitor</c>; output goes ahead in O packets. It may take long, so it can be interrupted.
/// </summary>
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

        var text = PacketArguments.Text(command);
        context.PendingCommand = interrupted => target.Execute(text, context.Console, interrupted, !context.RefreshesItself);
        return Answer.Resume;
    }
}
