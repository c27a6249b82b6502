using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary>
/// <c>qSearch:memory:address;length;pattern</c>: where the pattern (raw bytes) is first: <c>1,address</c>, or <c>0</c>.
/// Devices and gaps are passed over: what they answer is no data.
/// </summary>
internal sealed class SearchMemory : PacketHandler
{
    private const int Piece = 0x10000;

    public override string Name => "qSearch";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (context.Target is not IMemoryMapTarget target)
        {
            return context.Unknown();
        }

        if (!arguments.TryTake(":memory:"u8) || !arguments.TryTakeNumber(out var address)
            || !arguments.TryTake(";"u8) || !arguments.TryTakeNumber(out var length) || !arguments.TryTake(";"u8)
            || arguments.AtEnd)
        {
            return context.Error(Errors.BadPacket);
        }

        // The last address, so that a range up to the end of the address space has one.
        var last = address + Math.Min(length, ulong.MaxValue - address) - 1;
        if (length == 0)
        {
            return context.Send("0");
        }

        foreach (var area in target.MemoryAreas.Where(area => area.Kind != MemoryAreaKind.Device))
        {
            var from = Math.Max(address, area.Address);
            var to = Math.Min(last, area.Address + area.Length - 1);
            if (from <= to && Find(context.Target, from, to, arguments.Rest) is { } found)
            {
                return context.Send("1," + Hex.Number(found));
            }
        }

        return context.Send("0");
    }

    /// <summary>The first place between two addresses, both included, that holds the whole pattern.</summary>
    private static ulong? Find(IDebugTarget target, ulong from, ulong to, ReadOnlySpan<byte> pattern)
    {
        var buffer = new byte[Piece + pattern.Length - 1];
        for (var at = from; to - at >= (ulong)pattern.Length - 1; at += Piece)
        {
            var wanted = (int)Math.Min((ulong)buffer.Length - 1, to - at) + 1;
            var read = target.ReadMemory(at, buffer.AsSpan(0, wanted));
            var index = buffer.AsSpan(0, read).IndexOf(pattern);
            if (index >= 0)
            {
                return at + (ulong)index;
            }

            if (read < wanted || to - at < Piece)
            {
                return null;
            }
        }

        return null;
    }
}
