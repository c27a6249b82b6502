namespace Reprise.Gdb.Monitor;

/// <summary>What there is to travel on: QEMU's line first, then what it does not know.</summary>
internal sealed class InfoReplayCommand : MonitorCommand
{
    public override string Name => "info replay";

    public override string Summary => "what is recorded, and where we are in it";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var timeline = context.Timeline;
        var mode = context.Traveler.IsLive ? "Recording" : "Replaying";
        output.Write(Text($"{mode} execution '{context.Name}': instruction count = {timeline.Position}\n"));
        output.Write(Text($"end of history: {timeline.End}\n"));
        output.Write(Text($"branch: {timeline.History.Number} of {timeline.History.Branches.Count}\n"));
        output.Write(Text($"input events: {timeline.History.Events.Count}\n"));
        output.Write(Text($"intervals: {timeline.History.Intervals.Count}\n"));
        output.Write(Text(
            $"snapshots: {timeline.Snapshots.Snapshots.Count} ({timeline.Snapshots.UniqueBytes} bytes)\n"));
        return true;
    }
}
