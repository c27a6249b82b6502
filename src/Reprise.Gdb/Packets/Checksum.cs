using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qCRC:address,length</c>: CRC-32 with polynomial 0x04c11db7, highest bit first, from 0xffffffff, not inverted.
/// Only of memory, all of which must be there: that also bounds the work.
/// </summary>
internal sealed class Checksum : PacketHandler
{
    private const uint Polynomial = 0x04c1_1db7;
    private const int Piece = 0x10000;

    private static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(index => Entry((uint)index))];

    public override string Name => "qCRC";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (context.Target is not IMemoryMapTarget map)
        {
            return context.Unknown();
        }

        if (!arguments.TryTake(":"u8) || !arguments.TryTakeRange(out var address, out var length)
            || !arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        var crc = uint.MaxValue;
        var buffer = new byte[Piece];
        while (length > 0)
        {
            var area = map.MemoryAreas.FirstOrDefault(area => address - area.Address < area.Length);
            if (area is null or { Kind: MemoryAreaKind.Device })
            {
                return context.Error(Errors.BadAddress);
            }

            var left = area.Length - (address - area.Address);
            var piece = buffer.AsSpan(0, (int)Math.Min(Math.Min(length, left), Piece));
            if (context.Target.ReadMemory(address, piece) != piece.Length)
            {
                return context.Error(Errors.BadAddress);
            }

            crc = Update(crc, piece);
            (address, length) = (address + (ulong)piece.Length, length - (ulong)piece.Length);
        }

        return context.Send("C" + Hex.Number(crc));
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = (crc << 8) ^ _table[(crc >> 24) ^ value];
        }

        return crc;
    }

    private static uint Entry(uint index)
    {
        var value = index << 24;
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value << 1) ^ ((value >> 31) * Polynomial);
        }

        return value;
    }
}
