using System.Globalization;
using System.Text;
using Reprise.Cli.Options;

namespace Reprise.Cli.Input;

/// <summary>Reads one line of an input script.</summary>
internal ref struct InputLineReader
{
    private const int HexDigitsOfByte = 2;
    private const int LongestShown = 40;

    private ReadOnlySpan<char> _rest;

    private InputLineReader(ReadOnlySpan<char> line) => _rest = line;

    /// <returns>The line; null when it is empty or a comment.</returns>
    /// <exception cref="FormatException">The message says what was expected.</exception>
    public static InputLine? Read(ReadOnlySpan<char> text, int number)
    {
        var reader = new InputLineReader(text);
        if (reader.AtEnd())
        {
            return null;
        }

        var position = ParseNumber(reader.Word(), "a position such as 1_000_000");
        var port = reader.AtEnd() ? "" : reader.Word().ToString();
        if (port.Length == 0)
        {
            throw new FormatException("the name of an input port behind the position, such as uart0");
        }

        var bytes = new List<byte>();
        while (!reader.AtEnd())
        {
            reader.ReadItem(bytes);
        }

        return bytes.Count > 0
            ? new InputLine(number, position, port, bytes.ToArray())
            : throw new FormatException("\"text\" or bytes behind the port, such as \"hello\\n\" or 0x01");
    }

    /// <summary>Skips spaces; a comment is the end too.</summary>
    private bool AtEnd()
    {
        _rest = _rest.TrimStart();
        return _rest.IsEmpty || _rest[0] == '#';
    }

    private ReadOnlySpan<char> Word()
    {
        var end = 0;
        while (end < _rest.Length && !char.IsWhiteSpace(_rest[end]) && _rest[end] is not ('#' or '"'))
        {
            end++;
        }

        var word = _rest[..end];
        _rest = _rest[end..];
        return word;
    }

    private void ReadItem(List<byte> bytes)
    {
        if (_rest[0] == '"')
        {
            ReadText(bytes);
            return;
        }

        var word = Word();
        bytes.Add(ParseNumber(word, "\"text\" or a byte from 0 to 255") is <= byte.MaxValue and var value
            ? (byte)value
            : throw new FormatException($"a byte from 0 to 255, not '{Shorten(word)}'"));
    }

    private void ReadText(List<byte> bytes)
    {
        _rest = _rest[1..];
        Span<byte> encoded = stackalloc byte[4];
        while (!_rest.IsEmpty && _rest[0] != '"')
        {
            if (_rest[0] == '\\')
            {
                bytes.Add(ReadEscape());
                continue;
            }

            // What is no whole character becomes U+FFFD, as when the file was read.
            Rune.DecodeFromUtf16(_rest, out var character, out var length);
            bytes.AddRange(encoded[..character.EncodeToUtf8(encoded)]);
            _rest = _rest[length..];
        }

        _rest = !_rest.IsEmpty ? _rest[1..] : throw new FormatException("a closing double quote");
    }

    private byte ReadEscape()
    {
        var escaped = _rest.Length > 1 ? _rest[1] : ' ';
        if (escaped == 'x')
        {
            var digits = _rest[2..Math.Min(_rest.Length, 2 + HexDigitsOfByte)];
            _rest = _rest[(2 + digits.Length)..];
            return digits.Length == HexDigitsOfByte
                && byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new FormatException("two hexadecimal digits behind \\x");
        }

        _rest = _rest[Math.Min(_rest.Length, 2)..];
        return escaped switch
        {
            'n' => (byte)'\n',
            'r' => (byte)'\r',
            't' => (byte)'\t',
            '0' => 0,
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            _ => throw new FormatException("one of \\n \\r \\t \\0 \\\" \\\\ \\xHH behind a backslash"),
        };
    }

    private static ulong ParseNumber(ReadOnlySpan<char> word, string expected)
    {
        try
        {
            return Quantity.Parse(word.ToString());
        }
        catch (FormatException)
        {
            throw new FormatException(word.IsEmpty ? expected : $"{expected}, not '{Shorten(word)}'");
        }
    }

    /// <summary>What a message shows of a text that may be anything.</summary>
    private static string Shorten(ReadOnlySpan<char> word)
    {
        var shown = word[..Math.Min(word.Length, LongestShown)].ToString();
        var printable = string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
        return word.Length > LongestShown ? printable + "..." : printable;
    }
}
