namespace Reprise.Gdb.Monitor;

/// <summary>Lists the branches of history.</summary>
internal sealed class BranchesCommand : MonitorCommand
{
    public override string Name => "branches";

    public override string Summary => "lists the branches: where each forks, where it ends; '*' marks this one";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        output.Write($"  {"branch",6}  {"forks at",20}  {"ends at",16}\n");
        foreach (var branch in context.Timeline.History.Branches)
        {
            var here = branch == context.Timeline.History ? '*' : ' ';
            var fork = branch.Parent is { } parent ? Text($"{parent.Number}:{branch.ForkPosition}") : "-";
            var state = branch.IsFinished ? "recorded" : "goes on";
            output.Write(Text($"{here} {branch.Number,6}  {fork,20}  {context.Timeline.EndOf(branch),16}  {state}\n"));
        }

        return true;
    }
}
