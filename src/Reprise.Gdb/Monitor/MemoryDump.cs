using System.Buffers.Binary;

namespace Reprise.Gdb.Monitor;

/// <summary>What <c>x</c> and <c>xp</c> have in common: QEMU's formats and layout, without disassembly.</summary>
internal abstract class MemoryDump : MonitorCommand
{
    private const int BytesInLine = 16;

    /// <summary>Units in one dump: more is for gdb's own commands.</summary>
    private const ulong Most = 0x10000;

    public override string Arguments => "/FMT ADDRESS";

    /// <summary>Hexadecimal digits of an address: virtual ones are the CPU's, physical ones are 64 bits.</summary>
    protected abstract int AddressDigits(MonitorContext context);

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var format = arguments.Count > 0 && arguments[0].StartsWith('/') ? arguments[0][1..] : "";
        var rest = string.Concat(arguments.Skip(format.Length > 0 ? 1 : 0));
        if (rest.Length == 0 || !AddressText.TryParse(rest, context, out var address))
        {
            return Usage(output);
        }

        var digits = format.TakeWhile(char.IsAsciiDigit).Count();
        var count = digits == 0 ? 1 : PositionText.Number(format[..digits]) ?? 0;
        var (size, style) = (4, 'x');
        foreach (var letter in format[digits..])
        {
            switch (letter)
            {
                case 'b' or 'h' or 'w' or 'g':
                    size = letter switch { 'b' => 1, 'h' => 2, 'w' => 4, _ => 8 };
                    break;
                case 'x' or 'd' or 'u' or 'o' or 'c':
                    style = letter;
                    size = style == 'c' ? 1 : size;
                    break;
                case 'i':
                    output.Write("instructions are for gdb to show: x/i\n");
                    return true;
                default:
                    output.Write($"invalid char in format: '{letter}'\nTry \"help {Name}\" for more information\n");
                    return true;
            }
        }

        Dump(address, Math.Min(count, Most), size, style, context, output);
        return true;
    }

    private void Dump(ulong address, ulong count, int size, char style, MonitorContext context, TextWriter output)
    {
        var bytes = new byte[(int)count * size];
        var read = context.Timeline.Machine.Peek(address, bytes) / size * size;
        var digits = "x" + Text($"{AddressDigits(context)}");
        for (var at = 0; at < read; at += size)
        {
            if (at % BytesInLine == 0)
            {
                output.Write((at > 0 ? "\n" : "") + (address + (ulong)at).ToString(
                    digits, System.Globalization.CultureInfo.InvariantCulture) + ":");
            }

            output.Write(" " + Format(bytes.AsSpan(at, size), style));
        }

        output.Write(read > 0 ? "\n" : "");
        if (read < bytes.Length)
        {
            output.Write("Cannot access memory\n");
        }
    }

    private static string Format(ReadOnlySpan<byte> unit, char style)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        unit.CopyTo(wide);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        var unused = 64 - 8 * unit.Length;
        var signed = (long)(value << unused) >> unused;
        var hexadecimal = value.ToString("x" + Text($"{2 * unit.Length}"), System.Globalization.CultureInfo.InvariantCulture);
        return style switch
        {
            'd' => Text($"{signed}").PadLeft(Width(unit.Length, 4, 6, 11, 20)),
            'u' => Text($"{value}").PadLeft(Width(unit.Length, 3, 5, 10, 20)),
            'o' => Convert.ToString(signed, 8) is var octal && unit.Length < 8
                ? "0" + Convert.ToString((long)value, 8).PadLeft(Width(unit.Length, 3, 6, 11, 22), '0')
                : "0" + octal.PadLeft(22, '0'),
            'c' => Character((byte)value),
            _ => "0x" + hexadecimal,
        };
    }

    private static int Width(int size, int one, int two, int four, int eight) =>
        size switch { 1 => one, 2 => two, 4 => four, _ => eight };

    private static string Character(byte value) => value switch
    {
        (byte)'\'' => @"'\''",
        (byte)'\\' => @"'\\'",
        (byte)'\n' => @"'\n'",
        (byte)'\r' => @"'\r'",
        >= 32 and <= 126 => $"'{(char)value}'",
        _ => Text($"'\\x{value:x2}'"),
    };
}
