using System.Globalization;

namespace Reprise.Gdb.Monitor;

/// <summary>Positions as users type them: a number, a bookmark, start, end, or so many instructions from here.</summary>
internal static class PositionText
{
    public const string Syntax = "POSITION|NAME|start|end|-N|+N";

    /// <summary>Null for what is none of them.</summary>
    public static ulong? Parse(string text, MonitorContext context)
    {
        if (context.Bookmarks.Find(text) is { } bookmark)
        {
            return bookmark.Position;
        }

        switch (text)
        {
            case "start":
                return 0;
            case "end":
                return context.Timeline.End;
        }

        var here = context.Timeline.Position;
        return text[0] switch
        {
            '-' => Number(text[1..]) is { } number ? here - Math.Min(number, here) : null,
            '+' => Number(text[1..]) is { } number ? here + Math.Min(number, ulong.MaxValue - here) : null,
            _ => Number(text),
        };
    }

    /// <summary>Whether a name would be taken for something else.</summary>
    public static bool IsReserved(string name) =>
        name is "start" or "end" || name[0] is '-' or '+' || char.IsAsciiDigit(name[0]);

    /// <summary>A decimal number, or a hexadecimal one with 0x; null for anything else, or more than 64 bits.</summary>
    public static ulong? Number(string text)
    {
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(hexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
