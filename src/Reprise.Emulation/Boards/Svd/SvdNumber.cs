using System.Globalization;

namespace Reprise.Emulation.Boards.Svd;

/// <summary>Numbers as SVD files write them: <c>32</c>, <c>0x40023800</c>, <c>#0101</c>, <c>4K</c>.</summary>
internal static class SvdNumber
{
    public static bool TryParse(string text, out ulong value)
    {
        value = 0;
        var digits = text.AsSpan().Trim().TrimStart('+');
        var isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isBinary = digits.StartsWith("#", StringComparison.Ordinal)
            || digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase);
        digits = digits[(isHex ? 2 : !isBinary ? 0 : digits[0] == '#' ? 1 : 2)..];
        var shift = digits.IsEmpty ? 0 : char.ToUpperInvariant(digits[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        digits = shift > 0 ? digits[..^1] : digits;
        var style = isHex
            ? NumberStyles.AllowHexSpecifier
            : isBinary ? NumberStyles.AllowBinarySpecifier : NumberStyles.None;
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var number)
            || number > ulong.MaxValue >> shift)
        {
            return false;
        }

        value = number << shift;
        return true;
    }
}
