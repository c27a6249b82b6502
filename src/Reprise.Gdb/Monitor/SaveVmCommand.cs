namespace Reprise.Gdb.Monitor;

/// <summary>QEMU's name for a bookmark.</summary>
internal sealed class SaveVmCommand : MonitorCommand
{
    private readonly BookmarkCommand _bookmark = new();

    public override string Name => "savevm";

    public override string Arguments => "TAG";

    public override string Summary => "names this position, as 'bookmark' does";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1)
        {
            return Usage(output);
        }

        using var said = new StringWriter();
        _bookmark.Execute(arguments, context, said);
        if (context.Bookmarks.Find(arguments[0]) is not { } bookmark
            || new Place(bookmark.Branch, bookmark.Position) != PositionText.Here(context))
        {
            output.Write("Error: " + said);
        }

        return true;
    }
}
