namespace Reprise.Gdb.Monitor;

/// <summary>
/// Addresses as users type them: a number, a symbol, a register as <c>$pc</c>; <c>+N</c> or <c>-N</c> behind it.
/// </summary>
internal static class AddressText
{
    /// <summary>Bytes taken for what has no size: a word.</summary>
    private const ulong DefaultLength = 4;

    /// <summary>Far more than any object that people look for.</summary>
    private const ulong LongestRange = 0x10000;

    /// <summary>Reads <c>ADDRESS[,LENGTH]</c>. A symbol's length is its size; everything else is a word.</summary>
    public static bool TryParseRange(string text, MonitorContext context, out ulong address, out ulong length)
    {
        length = DefaultLength;
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (!TryParse(comma < 0 ? text : text[..comma], context, out address))
        {
            return false;
        }

        if (comma >= 0)
        {
            length = PositionText.Number(text[(comma + 1)..]) ?? 0;
        }
        else if (context.Symbols.Find(text) is { Size: > 0 } symbol)
        {
            length = symbol.Size;
        }

        return length is > 0 and <= LongestRange && address <= ulong.MaxValue - length;
    }

    public static bool TryParse(string text, MonitorContext context, out ulong address)
    {
        var sign = text.LastIndexOfAny(['+', '-']);
        var offset = 0ul;
        if (sign > 0)
        {
            if (PositionText.Number(text[(sign + 1)..]) is not { } number)
            {
                address = 0;
                return false;
            }

            offset = text[sign] == '+' ? number : 0 - number;
            text = text[..sign];
        }

        var start = Start(text.TrimStart('&'), context);
        address = (start ?? 0) + offset;
        return start is not null;
    }

    private static ulong? Start(string text, MonitorContext context) =>
        text.StartsWith('$')
            ? RegisterText.Read(text[1..], context.Timeline.Machine.Processor)
            : PositionText.Number(text) ?? context.Symbols.Find(text)?.Address;
}
