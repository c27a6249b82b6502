namespace Reprise.Gdb.Monitor;

/// <summary>Removes a bookmark.</summary>
internal sealed class ForgetCommand : MonitorCommand
{
    public override string Name => "forget";

    public override string Arguments => "NAME";

    public override string Summary => "removes a bookmark";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1)
        {
            return Usage(output);
        }

        if (!context.Bookmarks.Remove(arguments[0]))
        {
            output.Write($"there is no bookmark '{arguments[0]}'\n");
        }

        return true;
    }
}
