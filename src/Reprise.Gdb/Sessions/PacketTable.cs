using System.Text;
using Reprise.Emulation.Catalogs;

namespace Reprise.Gdb.Sessions;

/// <summary>
/// Finds the handler of a packet. Every class derived from <see cref="PacketHandler"/> is in it, so that a new packet
/// is a new file and nothing else.
/// </summary>
internal static partial class PacketTable
{
    /// <summary>Longer than any name served; what is longer is unknown.</summary>
    private const int LongestName = 32;

    // Handlers have no state, so all sessions share them.
    private static readonly Dictionary<string, PacketHandler>.AlternateLookup<ReadOnlySpan<char>> _handlers =
        Create()
            .ToDictionary(handler => handler.Name, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The handler, and the length of the name; null when the packet is unknown.</summary>
    public static PacketHandler? Find(ReadOnlySpan<byte> packet, out int nameLength)
    {
        nameLength = NameLength(packet);
        if (nameLength > LongestName)
        {
            return null;
        }

        Span<char> name = stackalloc char[nameLength];
        Encoding.Latin1.GetChars(packet[..nameLength], name);
        return _handlers.TryGetValue(name, out var handler) ? handler : null;
    }

    [Catalog]
    private static partial PacketHandler[] Create();

    /// <summary>One letter, except where names are spelled: q, Q, v and j up to a delimiter, b to the end.</summary>
    private static int NameLength(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return 0;
        }

        switch (packet[0])
        {
            case (byte)'q' or (byte)'Q' or (byte)'v' or (byte)'j':
                var end = packet.IndexOfAny(",:;="u8);
                return end < 0 ? packet.Length : end;
            case (byte)'b':
                return packet.Length;
            default:
                return 1;
        }
    }
}
