namespace Reprise.Gdb.Monitor;

/// <summary>QEMU's name for removing a bookmark.</summary>
internal sealed class DelVmCommand : MonitorCommand
{
    public override string Name => "delvm";

    public override string Arguments => "TAG";

    public override string Summary => "removes a named position, as 'forget' does";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1)
        {
            return Usage(output);
        }

        if (!context.Bookmarks.Remove(arguments[0]))
        {
            output.Write($"Error: Snapshot '{arguments[0]}' does not exist in one or more devices\n");
        }

        return true;
    }
}
