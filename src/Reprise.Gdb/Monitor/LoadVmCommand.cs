namespace Reprise.Gdb.Monitor;

/// <summary>QEMU's name for going to a bookmark. History stays: what lay behind it is still there.</summary>
internal sealed class LoadVmCommand : MonitorCommand
{
    public override string Name => "loadvm";

    public override string Arguments => "TAG";

    public override string Summary => "goes to a named position; history behind it stays";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1)
        {
            return Usage(output);
        }

        if (context.Bookmarks.Find(arguments[0]) is { } bookmark)
        {
            Journey.To(PositionText.Of(bookmark, context), context, output);
        }
        else
        {
            output.Write($"Error: Snapshot '{arguments[0]}' does not exist in one or more devices\n");
        }

        return true;
    }
}
