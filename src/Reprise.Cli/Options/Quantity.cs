using System.Globalization;

namespace Reprise.Cli.Options;

/// <summary>Numbers as people write them: 1_000_000, 0x2000, and 64M where a size is wanted.</summary>
internal static class Quantity
{
    /// <exception cref="FormatException">No number, or one that is too large.</exception>
    public static ulong Parse(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var ok = isHex
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return ok ? number : throw new FormatException($"'{text}' is not a number; 1_000_000 and 0x1000 are");
    }

    /// <summary>A number that must be at least 1.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static ulong ParsePositive(string text) =>
        Parse(text) is > 0 and var number ? number : throw new FormatException("the number must be at least 1");

    /// <summary>Bytes: a number, then k, M or G (powers of 1024) if need be.</summary>
    /// <exception cref="FormatException">No size, or one that is too large.</exception>
    public static long ParseSize(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var shift = text.Length == 0 || isHex ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        var number = Parse(shift > 0 ? text[..^1] : text);
        return number <= (ulong)(long.MaxValue >> shift)
            ? (long)number << shift
            : throw new FormatException($"'{text}' is too large a size");
    }
}
