namespace Reprise.Gdb.Monitor;

/// <summary>Crosses to another branch, or tells which this is.</summary>
internal sealed class BranchCommand : MonitorCommand
{
    public override string Name => "branch";

    public override string Arguments => "[NUMBER]";

    public override string Summary => "goes to the end of a branch, as 'goto N:end' does; alone it names this one";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count == 0)
        {
            var here = context.Timeline.History;
            var fork = here.Parent is { } parent
                ? Text($", which forks from branch {parent.Number} at {here.ForkPosition}")
                : "";
            output.Write(Text($"this is branch {here.Number}{fork}\n"));
            return true;
        }

        if (arguments.Count > 1 || PositionText.Number(arguments[0]) is null)
        {
            return Usage(output);
        }

        if (PositionText.Parse(arguments[0] + ":end", context) is not { } place)
        {
            output.Write($"there is no branch {arguments[0]}; 'branches' lists them\n");
            return true;
        }

        Journey.To(place, context, output);
        return true;
    }
}
