using System.Globalization;

namespace Reprise.Emulation.Boards.Files;

/// <summary>Numbers as board files write them: <c>0x4000_0000</c>, <c>32</c>, <c>256 KiB</c>, <c>12.5 MHz</c>.</summary>
internal static class BoardNumber
{
    /// <summary>Bytes.</summary>
    public static readonly IReadOnlyDictionary<string, ulong> Sizes = new Dictionary<string, ulong>
    {
        ["B"] = 1,
        ["KiB"] = 1 << 10,
        ["MiB"] = 1 << 20,
        ["GiB"] = 1 << 30,
    };

    /// <summary>Hertz.</summary>
    public static readonly IReadOnlyDictionary<string, ulong> Frequencies = new Dictionary<string, ulong>
    {
        ["Hz"] = 1,
        ["kHz"] = 1_000,
        ["MHz"] = 1_000_000,
        ["GHz"] = 1_000_000_000,
    };

    private const string HexPrefix = "0x";

    /// <summary>A whole number, decimal or hexadecimal, with underscores between digits.</summary>
    public static bool TryParse(string text, out ulong value)
    {
        value = 0;
        var hex = text.StartsWith(HexPrefix, StringComparison.OrdinalIgnoreCase);
        var digits = hex ? text[HexPrefix.Length..] : text;
        return digits.Length > 0 && digits[0] != '_' && digits[^1] != '_' && ulong.TryParse(
            digits.Replace("_", "", StringComparison.Ordinal),
            hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out value);
    }

    /// <summary>A number, or one with a unit behind it, that comes out whole.</summary>
    public static bool TryParse(string text, IReadOnlyDictionary<string, ulong> units, out ulong value)
    {
        if (TryParse(text, out value))
        {
            return true;
        }

        var end = text.AsSpan().LastIndexOfAny("0123456789") + 1;
        if (text.StartsWith(HexPrefix, StringComparison.OrdinalIgnoreCase)
            || !units.TryGetValue(text[end..].Trim(), out var unit)
            || !decimal.TryParse(
                text[..end].Replace("_", "", StringComparison.Ordinal),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number)
            || number > ulong.MaxValue / unit)
        {
            return false;
        }

        number *= unit;
        value = (ulong)number;
        return number == value;
    }
}
