namespace Reprise.Gdb.Wire;

// Goal: turn any bytes into packets, in bounded memory, without a way to wedge it.
//
// Invariants:
// - The checksum covers the bytes as sent: escapes and runs are undone at the same time, but summed raw.
// - A '$' inside a packet begins anew, as the previous packet was cut short (a data '$' always comes escaped).
// - A packet past the limit is swallowed to its end and reported once, so that one request gets one answer.

/// <summary>Finds packets in a stream of bytes, one byte at a time: framing, checksum, '}' escapes, '*' runs.</summary>
public sealed class PacketReader
{
    /// <summary>The least one can repeat is 3 times, which is sent as ' ' (32).</summary>
    private const int RunBias = 29;

    private readonly byte[] _content;
    private State _state;
    private int _length;
    private byte _sum;
    private int _expectedSum;
    private bool _damaged;
    private bool _tooLong;

    /// <param name="limit">The longest content kept, in bytes after escapes and runs are undone.</param>
    public PacketReader(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _content = new byte[limit];
    }

    private enum State
    {
        Idle,
        Content,
        Escape,
        Run,
        FirstDigit,
        SecondDigit,
    }

    /// <summary>The last packet's content. Valid until the next byte is fed.</summary>
    public ReadOnlySpan<byte> Packet => _content.AsSpan(0, _length);

    /// <summary>Takes one byte and says what it completed.</summary>
    public WireEvent Feed(byte value)
    {
        switch (_state)
        {
            case State.Idle:
                return BetweenPackets(value);
            case State.FirstDigit:
                _expectedSum = Digit(value) << 4;
                _state = State.SecondDigit;
                return WireEvent.None;
            case State.SecondDigit:
                _expectedSum |= Digit(value);
                _state = State.Idle;
                return Finish();
            default:
                InPacket(value);
                return WireEvent.None;
        }
    }

    private WireEvent BetweenPackets(byte value)
    {
        switch (value)
        {
            case (byte)'$':
                Begin();
                return WireEvent.None;
            case (byte)'+':
                return WireEvent.Acknowledged;
            case (byte)'-':
                return WireEvent.ResendWanted;
            case 3:
                return WireEvent.Interrupt;
            default:
                return WireEvent.None;
        }
    }

    private void Begin()
    {
        (_state, _length, _sum, _damaged, _tooLong) = (State.Content, 0, 0, false, false);
    }

    private void InPacket(byte value)
    {
        if (value == '#')
        {
            _damaged |= _state != State.Content;
            _state = State.FirstDigit;
            return;
        }

        if (value == '$')
        {
            Begin();
            return;
        }

        _sum += value;
        switch (_state)
        {
            case State.Escape:
                Keep((byte)(value ^ 0x20), 1);
                _state = State.Content;
                break;
            case State.Run:
                Repeat(value);
                _state = State.Content;
                break;
            case State.Content when value == '}':
                _state = State.Escape;
                break;
            case State.Content when value == '*':
                _state = State.Run;
                break;
            default:
                Keep(value, 1);
                break;
        }
    }

    private void Repeat(byte value)
    {
        if (_tooLong)
        {
            return;
        }

        if (_length == 0 || value is < 32 or > 126)
        {
            _damaged = true;
            return;
        }

        Keep(_content[_length - 1], value - RunBias);
    }

    private void Keep(byte value, int count)
    {
        if (_tooLong || count > _content.Length - _length)
        {
            _tooLong = true;
            return;
        }

        _content.AsSpan(_length, count).Fill(value);
        _length += count;
    }

    private int Digit(byte value)
    {
        var digit = Hex.Value(value);
        _damaged |= digit < 0;
        return digit & 15;
    }

    private WireEvent Finish()
    {
        if (!_damaged && _expectedSum == _sum)
        {
            return _tooLong ? WireEvent.TooLong : WireEvent.Packet;
        }

        _length = 0;
        return WireEvent.Damaged;
    }
}
