using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Reprise.Gdb.Wire;

/// <summary>Hexadecimal as the protocol writes it: lower case out, either case in, no prefix.</summary>
internal static class Hex
{
    private const string Digits = "0123456789abcdef";

    public static byte HighDigit(byte value) => (byte)Digits[value >> 4];

    public static byte LowDigit(byte value) => (byte)Digits[value & 15];

    /// <summary>The value of a digit, or -1.</summary>
    public static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>False when the text is empty, holds another character, or needs more than 64 bits.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var digit in text)
        {
            var bits = Value(digit);
            if (bits < 0 || value >> 60 != 0)
            {
                return false;
            }

            value = (value << 4) | (uint)bits;
        }

        return true;
    }

    /// <summary>False for an odd number of digits or another character.</summary>
    public static bool TryBytes(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 2 != 0)
        {
            return false;
        }

        var result = new byte[text.Length / 2];
        for (var i = 0; i < result.Length; i++)
        {
            var (high, low) = (Value(text[2 * i]), Value(text[(2 * i) + 1]));
            if (high < 0 || low < 0)
            {
                return false;
            }

            result[i] = (byte)((high << 4) | low);
        }

        bytes = result;
        return true;
    }

    public static string Number(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);
}
