using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A timer of the <see cref="Hpet"/>: a comparator that matches the main counter once, or again and again. The counter is
/// always one of 64 bits; a timer of 32 bits looks at its low half.
/// </summary>
internal sealed class HpetTimer
{
    private const uint Level = 1 << 1;
    private const uint Enable = 1 << 2;
    private const uint Periodic = 1 << 3;
    private const uint Capabilities = 0x30; // it can be periodic, and has 64 bits
    private const uint SetValue = 1 << 6;
    private const uint Narrow = 1 << 8;
    private const uint Writable = 0x7F4E;
    private const uint Routes = 1 << 2; // to input 2 of the I/O APIC alone, as on QEMU

    private const ulong Never = ulong.MaxValue;

    private uint _configuration = Capabilities;
    private ulong _comparator = ulong.MaxValue;
    private ulong _period;
    private uint _messageValue; // of interrupts as messages, which are not made; the registers are kept, as on QEMU
    private uint _messageAddress;

    /// <summary>The count at which it matches next; all ones for never.</summary>
    public ulong Due { get; private set; } = Never;

    public bool IsEnabled => (_configuration & Enable) != 0;

    public bool IsLevel => (_configuration & Level) != 0;

    private bool IsNarrow => (_configuration & Narrow) != 0;

    private bool IsPeriodic => (_configuration & Periodic) != 0;

    /// <param name="offset">From the timer's first register on.</param>
    public uint Peek(uint offset) => offset switch
    {
        0x00 => _configuration,
        0x04 => Routes,
        0x08 => (uint)_comparator,
        0x0C => (uint)(_comparator >> 32),
        0x10 => _messageValue,
        0x14 => _messageAddress,
        _ => 0,
    };

    public void Write(uint offset, uint value)
    {
        switch (offset)
        {
            case 0x00:
                _configuration = (value & Writable) | Capabilities;
                if (IsNarrow)
                {
                    (_comparator, _period) = ((uint)_comparator, (uint)_period);
                }

                break;
            case 0x08:
                WriteLow(value);
                break;
            case 0x0C:
                WriteHigh(value);
                break;
            case 0x10:
                _messageValue = value;
                break;
            case 0x14:
                _messageAddress = value;
                break;
        }
    }

    /// <summary>Works out anew when it matches.</summary>
    public void Arm(ulong counter)
    {
        var left = _comparator - counter;
        Due = !IsEnabled ? Never : IsNarrow ? Add(counter, (uint)left) : _comparator >= counter ? _comparator : Never;
    }

    public void Disarm() => Due = Never;

    /// <summary>It has matched at <see cref="Due"/>.</summary>
    public void Match()
    {
        if (!IsPeriodic)
        {
            Due = IsNarrow ? Add(Due, 1ul << 32) : Never;
            return;
        }

        var period = IsNarrow ? (uint)_period : _period;
        _comparator = IsNarrow ? (uint)(_comparator + period) : _comparator + period;
        Due = period == 0 ? Never : Add(Due, period);
    }

    public void Reset()
    {
        (_configuration, _comparator, _period, Due) = (Capabilities, ulong.MaxValue, 0, Never);
        (_messageValue, _messageAddress) = (0, 0);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_configuration);
        writer.Write(_comparator);
        writer.Write(_period);
        writer.Write(Due);
        writer.Write(_messageValue);
        writer.Write(_messageAddress);
    }

    public void Restore(ref StateReader reader)
    {
        _configuration = reader.ReadUInt32();
        _comparator = reader.ReadUInt64();
        _period = reader.ReadUInt64();
        Due = reader.ReadUInt64();
        _messageValue = reader.ReadUInt32();
        _messageAddress = reader.ReadUInt32();
    }

    private static ulong Add(ulong counter, ulong ticks) => counter > Never - ticks ? Never : counter + ticks;

    // A periodic timer's value is its period, unless the bit asks for the comparator itself, which it does once.
    private void WriteLow(uint value)
    {
        if (!IsPeriodic || (_configuration & SetValue) != 0)
        {
            _comparator = (_comparator & ~(ulong)uint.MaxValue) | value;
        }

        if (IsPeriodic)
        {
            _period = (_period & ~(ulong)uint.MaxValue) | (IsNarrow ? value & (uint.MaxValue >> 1) : value);
        }

        _configuration &= ~SetValue;
    }

    private void WriteHigh(uint value)
    {
        if (!IsPeriodic || (_configuration & SetValue) != 0)
        {
            _comparator = (uint)_comparator | ((ulong)value << 32);
        }
        else
        {
            _period = (uint)_period | ((ulong)(value & (uint.MaxValue >> 1)) << 32);
        }

        _configuration &= ~SetValue;
    }
}
