using System.Buffers;

namespace Reprise.Gdb.Wire;

/// <summary>Frames packets: '$', content with '}' escapes, '#', checksum. Sends no runs.</summary>
public static class PacketWriter
{
    /// <summary>Bytes that framing adds to a content: '$', '#' and two digits.</summary>
    public const int Framing = 4;

    /// <summary>Writes one packet of <paramref name="content"/>, which may hold any byte.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        var span = output.GetSpan((2 * content.Length) + Framing);
        var length = 0;
        byte sum = 0;
        span[length++] = (byte)'$';
        foreach (var value in content)
        {
            if (NeedsEscape(value))
            {
                span[length++] = (byte)'}';
                span[length++] = (byte)(value ^ 0x20);
                sum += (byte)('}' + (value ^ 0x20));
            }
            else
            {
                span[length++] = value;
                sum += value;
            }
        }

        span[length++] = (byte)'#';
        span[length++] = Hex.HighDigit(sum);
        span[length++] = Hex.LowDigit(sum);
        output.Advance(length);
    }

    /// <summary>Whether the byte takes two bytes on the wire.</summary>
    public static bool NeedsEscape(byte value) => value is (byte)'$' or (byte)'#' or (byte)'}' or (byte)'*';
}
