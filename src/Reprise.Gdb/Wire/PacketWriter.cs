using System.Buffers;

namespace Reprise.Gdb.Wire;

/// <summary>Frames packets: '$', content with '}' escapes and, where it is asked for, '*' runs, '#', checksum.</summary>
public static class PacketWriter
{
    /// <summary>Bytes that framing adds to a content: '$', '#' and two digits.</summary>
    public const int Framing = 4;

    /// <summary>A run says how often more a byte comes, from 3 on, as that number and this.</summary>
    private const int RunBias = 29;
    private const int ShortestRun = 3;
    private const int LongestRun = '~' - RunBias;

    private static readonly SearchValues<byte> _escaped = SearchValues.Create("$#}*"u8);

    /// <summary>Writes one packet of <paramref name="content"/>, which may hold any byte.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        var span = output.GetSpan((2 * content.Length) + Framing);
        span[0] = (byte)'$';
        var length = content.ContainsAny(_escaped) ? Escape(content, span[1..]) : Copy(content, span[1..]);
        Finish(output, span, length);
    }

    /// <summary>
    /// Writes one packet of text that needs no escapes, with runs: a debugger takes about 40 ns for each byte that comes,
    /// far longer than we take to leave it out.
    /// </summary>
    public static void WriteRuns(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        var span = output.GetSpan(content.Length + Framing);
        span[0] = (byte)'$';
        var length = 0;
        var target = span[1..];
        while (!content.IsEmpty)
        {
            var value = content[0];
            target[length++] = value;
            content = content[1..];
            // No further than one run can say: else long runs would be looked at again and again.
            var next = content[..Math.Min(content.Length, LongestRun)];
            var same = next.IndexOfAnyExcept(value);
            var more = Sendable(same < 0 ? next.Length : same);
            if (more >= ShortestRun)
            {
                target[length++] = (byte)'*';
                target[length++] = (byte)(more + RunBias);
                content = content[more..];
            }
        }

        Finish(output, span, length);
    }

    /// <summary>Whether the byte takes two bytes on the wire.</summary>
    public static bool NeedsEscape(byte value) => value is (byte)'$' or (byte)'#' or (byte)'}' or (byte)'*';

    /// <summary>The next smaller number that is no '#', '$', '+' or '-' when it is sent.</summary>
    private static int Sendable(int run) => (run + RunBias) switch
    {
        '#' or '$' => '#' - 1 - RunBias,
        '+' or '-' => run - 1,
        _ => run,
    };

    private static int Copy(ReadOnlySpan<byte> content, Span<byte> target)
    {
        content.CopyTo(target);
        return content.Length;
    }

    private static int Escape(ReadOnlySpan<byte> content, Span<byte> target)
    {
        var length = 0;
        foreach (var value in content)
        {
            if (NeedsEscape(value))
            {
                target[length++] = (byte)'}';
                target[length++] = (byte)(value ^ 0x20);
            }
            else
            {
                target[length++] = value;
            }
        }

        return length;
    }

    private static void Finish(IBufferWriter<byte> output, Span<byte> packet, int length)
    {
        byte sum = 0;
        foreach (var value in packet.Slice(1, length))
        {
            sum += value;
        }

        var end = packet[(length + 1)..];
        end[0] = (byte)'#';
        end[1] = Hex.HighDigit(sum);
        end[2] = Hex.LowDigit(sum);
        output.Advance(length + Framing);
    }
}
