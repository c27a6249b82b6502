using System.Text;

namespace Reprise.Gdb.Wire;

/// <summary>The content of one reply, in a buffer that never grows. What doesn't fit on the wire is refused.</summary>
internal sealed class ReplyBuilder
{
    /// <summary>Below, runs would only be one thing more that a simple client must know.</summary>
    private const int LongReply = 512;

    private readonly byte[] _buffer;
    private int _length;
    private int _escapes;

    public ReplyBuilder(int limit) => _buffer = new byte[limit];

    public ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Bytes that surely still fit, escapes counted.</summary>
    public int Remaining => _buffer.Length - _length - _escapes;

    /// <summary>It is hexadecimal, and long enough for runs to save time.</summary>
    public bool HasRuns { get; private set; }

    public void Clear() => (_length, _escapes, HasRuns) = (0, 0, false);

    /// <summary>A reply of memory, as far as it fits.</summary>
    public void Memory(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes[..Math.Min(bytes.Length, _buffer.Length / 2)], _buffer, out _length);
        HasRuns = _length >= LongReply;
    }

    public ReplyBuilder Text(string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            Binary(value);
        }

        return this;
    }

    public ReplyBuilder Number(ulong value) => Text(Wire.Hex.Number(value));

    public ReplyBuilder Hex(byte value) => Put(Wire.Hex.HighDigit(value)).Put(Wire.Hex.LowDigit(value));

    public ReplyBuilder Hex(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Hex(value);
        }

        return this;
    }

    /// <summary>As many bytes as fit, with what escaping adds on the wire.</summary>
    /// <returns>How many that was.</returns>
    public int Binary(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!Binary(bytes[i]))
            {
                return i;
            }
        }

        return bytes.Length;
    }

    private bool Binary(byte value)
    {
        var escape = PacketWriter.NeedsEscape(value) ? 1 : 0;
        if (Remaining < 1 + escape)
        {
            return false;
        }

        Put(value);
        _escapes += escape;
        return true;
    }

    private ReplyBuilder Put(byte value)
    {
        if (_length < _buffer.Length)
        {
            _buffer[_length++] = value;
        }

        return this;
    }
}
