using System.Buffers.Binary;

namespace Reprise.Gdb.Monitor;

/// <summary>What <c>x</c> and <c>xp</c> have in common: QEMU's formats and layout, without disassembly.</summary>
internal abstract class MemoryDump : MonitorCommand
{
    private const int BytesInLine = 16;
    private const int SingleBytesInLine = 8;

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
        var (size, style) = context.Unit;
        foreach (var letter in format[digits..])
        {
            switch (letter)
            {
                case 'b' or 'h' or 'w' or 'g':
                    size = letter switch { 'b' => 1, 'h' => 2, 'w' => 4, _ => 8 };
                    break;
                case 'x' or 'd' or 'u' or 'o' or 'c':
                    style = letter;
                    break;
                case 'i':
                    output.Write("instructions are for gdb to show: x/i\n");
                    return true;
                default:
                    output.Write($"invalid char in format: '{letter}'\nTry \"help {Name}\" for more information\n");
                    return true;
            }
        }

        context.Unit = (size, style);
        Dump(address, Math.Min(count, Most), context, output);
        return true;
    }

    private void Dump(ulong address, ulong count, MonitorContext context, TextWriter output)
    {
        // As QEMU does: characters are bytes, but counted in units.
        var (unit, style) = context.Unit;
        var bytes = new byte[(int)count * unit];
        var inLine = unit == 1 ? SingleBytesInLine : BytesInLine;
        var size = style == 'c' ? 1 : unit;
        var digits = "x" + Text($"{AddressDigits(context)}");
        for (var start = 0; start < bytes.Length; start += inLine)
        {
            var line = bytes.AsSpan(start, Math.Min(inLine, bytes.Length - start));
            var here = address + (ulong)start;
            output.Write(here.ToString(digits, System.Globalization.CultureInfo.InvariantCulture) + ":");
            if (context.Timeline.Machine.Peek(here, line) < line.Length)
            {
                output.Write(" Cannot access memory\n");
                return;
            }

            for (var at = 0; at < line.Length; at += size)
            {
                output.Write(" " + Format(line.Slice(at, size), style));
            }

            output.Write("\n");
        }
    }

    private static string Format(ReadOnlySpan<byte> unit, char style)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        unit.CopyTo(wide);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        var decimals = unit.Length switch { 1 => 3, 2 => 5, 4 => 10, _ => 20 };
        var octals = unit.Length switch { 1 => 3, 2 => 6, 4 => 11, _ => 22 };
        return style switch
        {
            // QEMU extends no sign: only what has 64 bits can be negative.
            'd' => Text($"{(long)value}").PadLeft(decimals),
            'u' => Text($"{value}").PadLeft(decimals),
            'o' => (value == 0 ? "0" : "0" + Convert.ToString((long)value, 8)).PadLeft(octals),
            'c' => Character((byte)value),
            _ => "0x" + value.ToString("x" + Text($"{2 * unit.Length}"), System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    /// <summary>As QEMU writes a character.</summary>
    internal static string Character(byte value) => value switch
    {
        (byte)'\'' => @"'\''",
        (byte)'\\' => @"'\\'",
        (byte)'\n' => @"'\n'",
        (byte)'\r' => @"'\r'",
        >= 32 and <= 126 => $"'{(char)value}'",
        _ => Text($"'\\x{value:x2}'"),
    };
}
