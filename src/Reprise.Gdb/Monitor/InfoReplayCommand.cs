using System.Globalization;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>What there is to travel on.</summary>
internal sealed class InfoReplayCommand : MonitorCommand
{
    public override string Name => "info replay";

    public override string Summary => "what is recorded, and where we are in it";

    public override bool Execute(IReadOnlyList<string> arguments, Traveler traveler, TextWriter output)
    {
        var timeline = traveler.Timeline;
        var mode = traveler.Recorder is null ? "replay" : "record";
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"mode: {mode}\ncurrent position: {timeline.Position}\nend of history: {timeline.End}\n"));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"input events: {timeline.History.Events.Count}\nintervals: {timeline.History.Intervals.Count}\n"));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"snapshots: {timeline.Snapshots.Snapshots.Count} ({timeline.Snapshots.UniqueBytes} bytes)\n"));
        return true;
    }
}
