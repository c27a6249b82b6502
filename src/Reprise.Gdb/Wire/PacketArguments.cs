using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Reprise.Gdb.Wire;

/// <summary>The rest of a packet, taken apart from the left. A failed take makes the packet a bad one.</summary>
internal ref struct PacketArguments(ReadOnlySpan<byte> rest)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = rest;

    public readonly bool AtEnd => Rest.IsEmpty;

    /// <summary>Takes <paramref name="text"/> if it comes next.</summary>
    public bool TryTake(ReadOnlySpan<byte> text)
    {
        var found = Rest.StartsWith(text);
        if (found)
        {
            Rest = Rest[text.Length..];
        }

        return found;
    }

    /// <summary>Takes the hexadecimal digits that come next; false for none, or too many for 64 bits.</summary>
    public bool TryTakeNumber(out ulong value)
    {
        var length = 0;
        while (length < Rest.Length && Hex.Value(Rest[length]) >= 0)
        {
            length++;
        }

        var good = Hex.TryNumber(Rest[..length], out value);
        Rest = Rest[length..];
        return good;
    }

    /// <summary>Takes <c>address,length</c>.</summary>
    public bool TryTakeRange(out ulong address, out ulong length)
    {
        length = 0;
        return TryTakeNumber(out address) && TryTake(","u8) && TryTakeNumber(out length);
    }

    /// <summary>Takes so many bytes, written in hexadecimal.</summary>
    public bool TryTakeBytes(ulong length, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (length > (ulong)Rest.Length / 2)
        {
            return false;
        }

        var digits = Rest[..(2 * (int)length)];
        Rest = Rest[digits.Length..];
        return Hex.TryBytes(digits, out bytes);
    }

    /// <summary>Cuts off <paramref name="marker"/> and what follows it, if it is there.</summary>
    public bool TryCut(ReadOnlySpan<byte> marker, out PacketArguments tail)
    {
        var start = Rest.IndexOf(marker);
        tail = start < 0 ? default : new PacketArguments(Rest[(start + marker.Length)..]);
        Rest = start < 0 ? Rest : Rest[..start];
        return start >= 0;
    }

    /// <summary>Takes all before <paramref name="delimiter"/>, and the delimiter; all when it does not come.</summary>
    public ReadOnlySpan<byte> TakeUntil(byte delimiter)
    {
        var end = Rest.IndexOf(delimiter);
        var taken = end < 0 ? Rest : Rest[..end];
        Rest = end < 0 ? [] : Rest[(end + 1)..];
        return taken;
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
