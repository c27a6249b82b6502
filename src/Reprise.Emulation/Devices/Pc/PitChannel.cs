using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A counter of the 8254 (Intel 231164, "8254 programmable interval timer"). It costs nothing while it counts: count and
/// output are worked out from the ticks since it was loaded or triggered. As on QEMU, a new count takes effect at once in
/// every mode but those that wait for a trigger.
/// </summary>
internal sealed class PitChannel(VirtualClock clock)
{
    /// <summary>14.31818 MHz / 12, the frequency of every PC.</summary>
    private static readonly TickRate _rate = new(1_193_182);

    // How a count is read and written: bits 4 and 5 of the control word. Second: the high byte of a word comes next.
    private const byte LowByte = 1;
    private const byte HighByte = 2;
    private const byte Word = 3;
    private const byte Second = 4;

    private uint _count = 0x1_0000;
    private ulong _start;
    private ulong _held;
    private bool _counting;
    private byte _mode = 3;
    private bool _decimal;
    private byte _access = Word;
    private byte _readState = Word;
    private byte _writeState = Word;
    private byte _writtenLow;
    private byte _latchState;
    private uint _latchedCount;
    private bool _statusLatched;
    private byte _latchedStatus;

    /// <summary>The gate input; a rise triggers modes 1, 2, 3 and 5.</summary>
    public bool Gate { get; private set; } = true;

    /// <summary>OUT.</summary>
    public bool Output
    {
        get
        {
            if (!_counting)
            {
                return _mode != 0;
            }

            var passed = Passed;
            return _mode switch
            {
                0 or 1 => passed >= _count,
                2 => !Gate || _count == 1 || passed % _count != _count - 1,
                3 => !Gate || passed % _count < (_count + 1) / 2,
                _ => passed != _count,
            };
        }
    }

    /// <summary>Virtual time in ns, later than now, at which the output next changes; all ones if it does not.</summary>
    public ulong NextChange
    {
        get
        {
            if (!_counting || !Runs)
            {
                return ulong.MaxValue;
            }

            var passed = Passed;
            var period = passed - (passed % _count);
            UInt128? next = _mode switch
            {
                0 or 1 => passed < _count ? _count : null,
                2 or 3 when _count == 1 => null,
                2 => period + (UInt128)(passed % _count < _count - 1 ? _count - 1 : _count),
                3 => period + (UInt128)(passed % _count < (_count + 1) / 2 ? (_count + 1) / 2 : _count),
                _ => passed < _count ? _count : passed == _count ? (UInt128)_count + 1 : null,
            };
            return next is { } tick ? _rate.TimeOf(_start + tick) : ulong.MaxValue;
        }
    }

    private bool IsTriggered => _mode is 1 or 5;

    private bool Runs => Gate || IsTriggered;

    private ulong Passed => Runs ? _rate.TicksAt(clock.Now) - _start : _held;

    private uint Count
    {
        get
        {
            if (!_counting)
            {
                return _count & 0xFFFF;
            }

            var passed = Passed;
            var steps = _mode switch
            {
                2 => (uint)(passed % _count),
                3 => (uint)(2 * (passed % _count) % _count),
                _ => (uint)passed,
            };
            return _decimal && _mode is not (2 or 3) ? (_count + 10_000 - (steps % 10_000)) % 10_000 : (_count - steps) & 0xFFFF;
        }
    }

    private byte Status => (byte)((Output ? 0x80 : 0) | (_access << 4) | (_mode << 1) | (_decimal ? 1 : 0));

    /// <summary>What the counter's port reads as.</summary>
    public byte Peek() => _statusLatched ? _latchedStatus
        : _latchState != 0 ? ByteOf(_latchedCount, _latchState)
        : ByteOf(Digits(Count), _readState);

    /// <summary>A read goes on to the next byte.</summary>
    public void AfterRead()
    {
        if (_statusLatched)
        {
            _statusLatched = false;
        }
        else if (_latchState != 0)
        {
            _latchState = _latchState == Word ? Second : (byte)0;
        }
        else
        {
            _readState = Next(_readState);
        }
    }

    /// <summary>A write of the counter's port.</summary>
    public void Write(byte value)
    {
        switch (_writeState)
        {
            case LowByte:
                Load(value);
                break;
            case HighByte:
                Load((uint)value << 8);
                break;
            case Word:
                _writtenLow = value;
                break;
            default:
                Load((uint)(value << 8) | _writtenLow);
                break;
        }

        _writeState = Next(_writeState);
    }

    /// <summary>A control word for this counter that sets its mode: it waits for a count.</summary>
    public void Configure(byte control)
    {
        _access = _readState = _writeState = (byte)((control >> 4) & 3);
        var mode = (control >> 1) & 7;
        _mode = (byte)(mode > 5 ? mode - 4 : mode);
        _decimal = (control & 1) != 0;
        _counting = false;
    }

    public void LatchCount()
    {
        if (_latchState == 0)
        {
            _latchedCount = Digits(Count);
            _latchState = _access;
        }
    }

    public void LatchStatus()
    {
        if (!_statusLatched)
        {
            _latchedStatus = Status;
            _statusLatched = true;
        }
    }

    public void SetGate(bool gate)
    {
        if (gate == Gate)
        {
            return;
        }

        var passed = Passed;
        Gate = gate;
        if (!gate)
        {
            _held = passed;
        }
        else if (_mode is 0 or 4)
        {
            _start = _rate.TicksAt(clock.Now) - _held;
        }
        else
        {
            _counting |= IsTriggered;
            _start = _rate.TicksAt(clock.Now);
        }
    }

    /// <summary>Power-on: mode 3, the longest period, as QEMU has it; it counts from its first load.</summary>
    public void Reset(bool gate)
    {
        (_count, _start, _held, _counting, _mode, _decimal) = (0x1_0000, 0, 0, false, 3, false);
        _access = _readState = _writeState = Word;
        (_writtenLow, _latchState, _latchedCount, _statusLatched, _latchedStatus) = (0, 0, 0, false, 0);
        Gate = gate;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_count);
        writer.Write(_start);
        writer.Write(_held);
        writer.Write(_latchedCount);
        writer.Write([_mode, _access, _readState, _writeState, _writtenLow, _latchState, _latchedStatus]);
        writer.Write(_counting);
        writer.Write(_decimal);
        writer.Write(_statusLatched);
        writer.Write(Gate);
    }

    public void Restore(ref StateReader reader)
    {
        _count = reader.ReadUInt32();
        _start = reader.ReadUInt64();
        _held = reader.ReadUInt64();
        _latchedCount = reader.ReadUInt32();
        var bytes = reader.ReadBytes();
        if (_count == 0 || bytes.Length != 7)
        {
            throw new InvalidDataException($"state of an 8254: count {_count}, {bytes.Length} bytes; expected 1 or more, 7");
        }

        (_mode, _access, _readState, _writeState) = (bytes[0], bytes[1], bytes[2], bytes[3]);
        (_writtenLow, _latchState, _latchedStatus) = (bytes[4], bytes[5], bytes[6]);
        _counting = reader.ReadBoolean();
        _decimal = reader.ReadBoolean();
        _statusLatched = reader.ReadBoolean();
        Gate = reader.ReadBoolean();
    }

    private static byte Next(byte state) => state switch
    {
        Word => Second,
        Second => Word,
        _ => state,
    };

    private static byte ByteOf(uint value, byte state) => (byte)(state is HighByte or Second ? value >> 8 : value);

    private void Load(uint value)
    {
        var digits = _decimal ? (((value >> 12) & 15) * 1000) + (((value >> 8) & 15) * 100) + (((value >> 4) & 15) * 10) + (value & 15) : value;
        _count = digits != 0 ? digits : _decimal ? 10_000u : 0x1_0000u;
        _held = 0;
        if (!IsTriggered)
        {
            _start = _rate.TicksAt(clock.Now);
            _counting = true;
        }
    }

    // As the ports show it: binary, or four decimal digits.
    private uint Digits(uint count) => _decimal
        ? (count / 1000 % 10 << 12) | (count / 100 % 10 << 8) | (count / 10 % 10 << 4) | (count % 10)
        : count & 0xFFFF;
}
