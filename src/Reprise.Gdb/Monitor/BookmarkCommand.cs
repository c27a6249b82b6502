namespace Reprise.Gdb.Monitor;

/// <summary>Names this position.</summary>
internal sealed class BookmarkCommand : MonitorCommand
{
    public override string Name => "bookmark";

    public override string Arguments => "NAME";

    public override string Summary => "names this position, for 'goto NAME'";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (arguments.Count != 1)
        {
            return Usage(output);
        }

        var name = arguments[0];
        if (PositionText.IsReserved(name))
        {
            output.Write($"'{name}' would be taken for a position; a name begins with a letter\n");
        }
        else if (context.Bookmarks.IsFull)
        {
            output.Write(Text($"there are {Bookmarks.Most} bookmarks already; 'forget NAME' removes one\n"));
        }
        else
        {
            output.Write(Text($"{name} is position {Describe(context.Bookmarks.Set(name))}\n"));
        }

        return true;
    }

    private static Place Describe(Bookmark bookmark) => new(bookmark.Branch, bookmark.Position);
}
