using System.Globalization;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>Goes to a position.</summary>
internal sealed class GotoCommand : MonitorCommand
{
    public override string Name => "goto";

    public override string Arguments => "POSITION|start|end|-N|+N";

    public override string Summary => "goes to a position of history";

    public override bool Execute(IReadOnlyList<string> arguments, Traveler traveler, TextWriter output)
    {
        var timeline = traveler.Timeline;
        if (arguments.Count != 1 || Parse(arguments[0], timeline) is not { } position)
        {
            output.Write($"usage: monitor goto {Arguments}\n");
        }
        else if (position > timeline.End)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"history ends at {timeline.End}; {position} lies behind\n"));
        }
        else
        {
            timeline.Seek(position);
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"position {position}, pc 0x{timeline.Machine.Processor.ProgramCounter:x}\n"));
            output.Write("gdb still shows the old place; 'maintenance flush register-cache' refreshes it\n");
        }

        return true;
    }

    private static ulong? Parse(string text, Timeline timeline)
    {
        switch (text)
        {
            case "start":
                return 0;
            case "end":
                return timeline.End;
        }

        var relative = text[0] is '-' or '+';
        if (!ulong.TryParse(relative ? text[1..] : text, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[0] switch
        {
            '-' => timeline.Position - Math.Min(number, timeline.Position),
            '+' => number > ulong.MaxValue - timeline.Position ? ulong.MaxValue : timeline.Position + number,
            _ => number,
        };
    }
}
