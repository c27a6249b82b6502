namespace Reprise.Gdb.Monitor;

/// <summary>Lists the named positions.</summary>
internal sealed class BookmarksCommand : MonitorCommand
{
    public override string Name => "bookmarks";

    public override string Summary => "lists the named positions";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var any = false;
        foreach (var bookmark in context.Bookmarks.All)
        {
            any = true;
            var place = new Place(bookmark.Branch, bookmark.Position);
            var here = place == PositionText.Here(context) ? '*' : ' ';
            var pc = context.Symbols.Describe(bookmark.ProgramCounter);
            output.Write(Text($"{here} {place,16} {bookmark.Time,16:N0} ns  {bookmark.Name}  {pc}\n"));
        }

        if (!any)
        {
            output.Write("no bookmarks; 'bookmark NAME' makes one\n");
        }

        return true;
    }
}
