namespace Reprise.Gdb.Monitor;

/// <summary>Where we are.</summary>
internal sealed class WhenCommand : MonitorCommand
{
    public override string Name => "when";

    public override string Summary => "the position and virtual time";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var timeline = context.Timeline;
        var branch = timeline.History.Branches.Count > 1 ? Text($", branch {timeline.History.Number}") : "";
        output.Write(Text(
            $"position {timeline.Position} of {timeline.End}, virtual time {timeline.Machine.Time:N0} ns{branch}\n"));
        return true;
    }
}
