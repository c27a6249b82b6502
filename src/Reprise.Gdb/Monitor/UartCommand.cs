using Reprise.TimeTravel.Recording;

namespace Reprise.Gdb.Monitor;

/// <summary>Shows the serial ports' side of history.</summary>
internal sealed class UartCommand : MonitorCommand
{
    public override string Name => "uart";

    public override string Summary => "the serial ports: bytes received, bytes to come, whether one is waiting to be read";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var events = context.Timeline.History.Events;
        foreach (var port in context.Timeline.Machine.InputPorts)
        {
            var (received, coming) = (0, 0);
            for (var index = 0; index < events.Count; index++)
            {
                if (events[index].Kind == (byte)InputKind.Port && events[index].Port == port.Name)
                {
                    var past = index < context.Timeline.AppliedEvents;
                    received += past ? events[index].Data.Length : 0;
                    coming += past ? 0 : events[index].Data.Length;
                }
            }

            var state = port.CanReceive ? "can take a byte" : "takes none now";
            output.Write(Text($"{port.Name}: {received} bytes received, {coming} to come; {state}\n"));
        }

        return true;
    }
}
