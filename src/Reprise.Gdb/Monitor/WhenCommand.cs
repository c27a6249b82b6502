using System.Globalization;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>Where we are.</summary>
internal sealed class WhenCommand : MonitorCommand
{
    public override string Name => "when";

    public override string Summary => "the position and virtual time";

    public override bool Execute(IReadOnlyList<string> arguments, Traveler traveler, TextWriter output)
    {
        var timeline = traveler.Timeline;
        var time = timeline.Machine.Time.ToString("N0", CultureInfo.InvariantCulture);
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"position {timeline.Position} of {timeline.End}, virtual time {time} ns\n"));
        return true;
    }
}
