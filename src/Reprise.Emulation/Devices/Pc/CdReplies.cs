using System.Buffers.Binary;
using System.Text;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>What packet commands answer that ask for no data of the disc (MMC-2), as QEMU's drive does.</summary>
internal static class CdReplies
{
    private const byte InvalidCommand = 0x20; // additional sense codes
    private const byte InvalidField = 0x24;

    private const int FirstAddress = 150; // blocks before block 0, in minutes, seconds and frames
    private const byte LeadOut = 0xAA;

    /// <summary>Whether a command is refused while there is no disc.</summary>
    public static bool NeedsDisc(byte command) => command is 0x00 or 0x25 or 0x28 or 0x2B or 0x43 or 0x51 or 0xA8 or 0xAD or 0xBE;

    /// <summary>Fills in an answer.</summary>
    /// <param name="packet">The command's 12 bytes.</param>
    /// <param name="blocks">On the disc; null when there is none.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="most">Bytes that the host takes.</param>
    /// <param name="code">Why there is none: an additional sense code.</param>
    /// <returns>Its length; 0 for none.</returns>
    public static int Of(ReadOnlySpan<byte> packet, uint? blocks, Span<byte> buffer, out int most, out byte code)
    {
        most = BinaryPrimitives.ReadUInt16BigEndian(packet[7..]);
        code = InvalidField;
        switch (packet[0])
        {
            case 0x12 when (packet[1] & 1) == 0:
                most = BinaryPrimitives.ReadUInt16BigEndian(packet[3..]);
                return Inquiry(buffer);
            case 0x25:
                most = 8;
                BinaryPrimitives.WriteUInt32BigEndian(buffer, (blocks ?? 0) - 1);
                BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], 2048);
                return 8;
            case 0x43:
                return Contents(packet, blocks ?? 0, buffer);
            case 0x4A when (packet[1] & 1) != 0:
                return Event(packet, blocks is not null, buffer);
            case 0x51 when (packet[1] & 7) == 0:
                buffer[..34].Clear();
                ((ReadOnlySpan<byte>)[0, 32, 0x0E, 1, 1, 1, 1, 0x20]).CopyTo(buffer);
                return 34;
            case 0xBD:
                most = BinaryPrimitives.ReadUInt16BigEndian(packet[8..]);
                ((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 1, 0, 0]).CopyTo(buffer);
                return 8;
            case 0x12 or 0x4A or 0x51 or 0xBE:
                return 0;
            default:
                code = InvalidCommand;
                return 0;
        }
    }

    private static int Inquiry(Span<byte> buffer)
    {
        ((ReadOnlySpan<byte>)[0x05, 0x80, 0x00, 0x21, 31, 0, 0, 0]).CopyTo(buffer);
        return 8 + Encoding.ASCII.GetBytes("QEMU    QEMU DVD-ROM    2.5+", buffer[8..]);
    }

    /// <summary>READ TOC: one track, and where the disc ends; or one session.</summary>
    private static int Contents(ReadOnlySpan<byte> packet, uint blocks, Span<byte> buffer)
    {
        var inMinutes = (packet[1] & 2) != 0;
        var start = packet[6];
        var format = packet[9] >> 6;
        if (format == 1)
        {
            buffer[..12].Clear();
            (buffer[1], buffer[2], buffer[3]) = (0x0A, 1, 1);
            return 12;
        }

        if (format != 0 || (start > 1 && start != LeadOut))
        {
            return 0;
        }

        (buffer[2], buffer[3]) = (1, 1);
        var at = 4;
        if (start <= 1)
        {
            at = Track(buffer, at, 1, 0x14, 0, inMinutes);
        }

        at = Track(buffer, at, LeadOut, 0x16, blocks, inMinutes);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)(at - 2));
        return at;
    }

    private static int Track(Span<byte> buffer, int at, byte number, byte control, uint block, bool inMinutes)
    {
        ((ReadOnlySpan<byte>)[0, control, number, 0]).CopyTo(buffer[at..]);
        var address = block + FirstAddress;
        BinaryPrimitives.WriteUInt32BigEndian(
            buffer[(at + 4)..], inMinutes ? (address / 75 / 60) << 16 | (address / 75 % 60) << 8 | (address % 75) : block);
        return at + 8;
    }

    /// <summary>GET EVENT STATUS NOTIFICATION: nothing new, and whether there is a disc.</summary>
    private static int Event(ReadOnlySpan<byte> packet, bool hasDisc, Span<byte> buffer)
    {
        const byte media = 4;
        var asked = (packet[4] & 1 << media) != 0;
        ((ReadOnlySpan<byte>)[0, (byte)(asked ? 4 : 0), (byte)(asked ? media : 0x80), 1 << media, 0, (byte)(hasDisc ? 2 : 0), 0, 0]).CopyTo(buffer);
        return asked ? 8 : 4;
    }
}
