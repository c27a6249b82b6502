using System.Globalization;

namespace Reprise.Gdb.Monitor;

/// <summary>
/// Positions as users type them: a number, a bookmark, start, end, or so many instructions from here; on another branch
/// with its number and a colon before it.
/// </summary>
internal static class PositionText
{
    public const string Syntax = "[BRANCH:]POSITION|NAME|start|end|-N|+N";

    /// <summary>Null for what is none of them, or on no branch there is.</summary>
    public static Place? Parse(string text, MonitorContext context)
    {
        if (context.Bookmarks.Find(text) is { } bookmark)
        {
            return Of(bookmark, context);
        }

        var here = context.Timeline.Position;
        var branch = context.Timeline.History;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return Position(text, here, context.Timeline.End) is { } position ? new Place(branch, position) : null;
        }

        if (Number(text[..colon]) is not { } number || number >= (ulong)branch.Branches.Count)
        {
            return null;
        }

        var other = branch.Branches[(int)number];
        return Position(text[(colon + 1)..], here, context.Timeline.EndOf(other)) is { } there
            ? new Place(other, there)
            : null;
    }

    /// <summary>A bookmark's place, on this branch if it leads there.</summary>
    public static Place Of(Bookmark bookmark, MonitorContext context)
    {
        var history = context.Timeline.History;
        var leadsThere = history.OwnerOf(bookmark.Position) == bookmark.Branch;
        return new Place(leadsThere ? history : bookmark.Branch, bookmark.Position);
    }

    /// <summary>This position, on the branch that it belongs to.</summary>
    public static Place Here(MonitorContext context)
    {
        var position = context.Timeline.Position;
        return new Place(context.Timeline.History.OwnerOf(position), position);
    }

    /// <summary>Whether a name would be taken for something else.</summary>
    public static bool IsReserved(string name) =>
        name is "start" or "end" || name[0] is '-' or '+' || char.IsAsciiDigit(name[0])
        || name.Contains(':', StringComparison.Ordinal);

    /// <summary>A decimal number, or a hexadecimal one with 0x; null for anything else, or more than 64 bits.</summary>
    public static ulong? Number(string text)
    {
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(hexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static ulong? Position(string text, ulong here, ulong end) => text switch
    {
        "" => null,
        "start" => 0,
        "end" => end,
        _ when text[0] == '-' => Number(text[1..]) is { } number ? here - Math.Min(number, here) : null,
        _ when text[0] == '+' => Number(text[1..]) is { } number ? here + Math.Min(number, ulong.MaxValue - here) : null,
        _ => Number(text),
    };
}
