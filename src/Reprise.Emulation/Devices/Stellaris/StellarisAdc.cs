using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// The analogue-to-digital converter of the Stellaris (LM3S6965 data sheet, chapter 12): four sequencers, which a timer or
/// the processor starts. Nothing is at the inputs. As on QEMU each start gives one sample, about half of the scale with
/// three bits of noise from a generator, and every FIFO has 16 places; QEMU has no start by the processor.
/// </summary>
public sealed class StellarisAdc : RegisterDevice, IWireInputs
{
    private const uint Active = 0x00;
    private const uint RawInterruptStatus = 0x04;
    private const uint InterruptMask = 0x08;
    private const uint InterruptClear = 0x0C;
    private const uint Overflow = 0x10;
    private const uint Trigger = 0x14;
    private const uint Underflow = 0x18;
    private const uint Priority = 0x20;
    private const uint Start = 0x28;
    private const uint Averaging = 0x30;
    private const uint FirstSequencer = 0x40;
    private const uint SequencerSize = 0x20;
    private const uint Multiplexer = 0x00;
    private const uint SequenceControl = 0x04;
    private const uint Fifo = 0x08;
    private const uint FifoStatus = 0x0C;

    private const int Sequencers = 4;
    private const int FifoSize = 16;
    private const uint FifoFull = 1 << 12;
    private const uint FifoEmpty = 1 << 8;
    private const uint ProcessorTrigger = 0;
    private const uint TimerTrigger = 5;
    private const uint HalfScale = 0x200;

    /// <summary>The words of the state, by their places in it; what stands behind them belongs to the sequencers.</summary>
    private static readonly uint[] _plain = [Active, InterruptMask, Trigger, Priority, Averaging];

    private readonly InterruptLine[] _interrupts;
    private readonly uint[] _values = new uint[_plain.Length];
    private readonly uint[] _multiplexers = new uint[Sequencers];
    private readonly uint[] _controls = new uint[Sequencers];
    private readonly uint[] _samples = new uint[Sequencers * FifoSize];
    private readonly uint[] _taken = new uint[Sequencers];
    private readonly uint[] _counts = new uint[Sequencers];
    private uint _raw;
    private uint _overflow;
    private uint _underflow;
    private uint _noise;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupts">One for each sequencer.</param>
    public StellarisAdc(string name, IReadOnlyList<InterruptLine> interrupts)
        : base(name) => _interrupts = [.. interrupts];

    /// <summary>The input <c>trigger</c>, at which a timer's pulse starts those that wait for one.</summary>
    public Action<bool>? FindInput(string name) => name == "trigger" ? OnTrigger : null;

    public override void Reset()
    {
        foreach (var state in All)
        {
            Array.Clear(state);
        }

        (_raw, _overflow, _underflow, _noise) = (0, 0, 0, 0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var state in All)
        {
            foreach (var value in state)
            {
                writer.Write(value);
            }
        }

        foreach (var value in (ReadOnlySpan<uint>)[_raw, _overflow, _underflow, _noise])
        {
            writer.Write(value);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        foreach (var state in All)
        {
            for (var i = 0; i < state.Length; i++)
            {
                state[i] = reader.ReadUInt32();
            }
        }

        _raw = reader.ReadUInt32();
        _overflow = reader.ReadUInt32();
        _underflow = reader.ReadUInt32();
        _noise = reader.ReadUInt32();
        if (_taken.Any(place => place >= FifoSize) || _counts.Any(count => count > FifoSize))
        {
            throw new InvalidDataException($"state of {Name}: a FIFO of more than {FifoSize} samples");
        }

        for (var i = 0; i < Sequencers; i++)
        {
            _interrupts[i].Restore(Level(i));
        }
    }

    protected override uint PeekRegister(uint offset)
    {
        if (offset is >= FirstSequencer and < FirstSequencer + (Sequencers * SequencerSize))
        {
            var index = (int)((offset - FirstSequencer) / SequencerSize);
            return (offset % SequencerSize) switch
            {
                Multiplexer => _multiplexers[index],
                SequenceControl => _controls[index],
                Fifo => _samples[(index * FifoSize) + (int)_taken[index]],
                FifoStatus => _taken[index]
                    | ((_taken[index] + _counts[index]) % FifoSize << 4)
                    | (_counts[index] == 0 ? FifoEmpty : 0)
                    | (_counts[index] == FifoSize ? FifoFull : 0),
                _ => 0,
            };
        }

        return offset switch
        {
            RawInterruptStatus => _raw,
            InterruptClear => _raw & this[InterruptMask],
            Overflow => _overflow,
            Underflow => _underflow,
            _ when Array.IndexOf(_plain, offset) is >= 0 and var index => _values[index],
            _ => 0,
        };
    }

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        var index = (int)((offset - FirstSequencer) / SequencerSize);
        if (offset >= FirstSequencer && index < Sequencers && offset % SequencerSize == Fifo)
        {
            if (_counts[index] == 0)
            {
                _underflow |= 1u << index;
            }
            else
            {
                _counts[index]--;
                _taken[index] = (_taken[index] + 1) % FifoSize;
            }
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset is >= FirstSequencer and < FirstSequencer + (Sequencers * SequencerSize))
        {
            var index = (int)((offset - FirstSequencer) / SequencerSize);
            switch (offset % SequencerSize)
            {
                case Multiplexer:
                    _multiplexers[index] = value & 0x3333_3333;
                    break;
                case SequenceControl:
                    _controls[index] = value;
                    break;
            }

            return;
        }

        switch (offset)
        {
            case Active:
                this[Active] = value & 0xF;
                break;
            case InterruptClear:
                _raw &= ~value;
                break;
            case Overflow:
                _overflow &= ~value;
                break;
            case Underflow:
                _underflow &= ~value;
                break;
            case Start:
                Sample(value, ProcessorTrigger);
                break;
            case var _ when Array.IndexOf(_plain, offset) >= 0:
                this[offset] = value;
                break;
        }

        Update();
    }

    private uint[][] All => [_values, _multiplexers, _controls, _samples, _taken, _counts];

    private ref uint this[uint offset] => ref _values[Array.IndexOf(_plain, offset)];

    private void OnTrigger(bool level)
    {
        if (level)
        {
            Sample(sequencers: 0xF, TimerTrigger);
            Update();
        }
    }

    private void Sample(uint sequencers, uint trigger)
    {
        for (var i = 0; i < Sequencers; i++)
        {
            if (((sequencers & this[Active]) >> i & 1) == 0 || ((this[Trigger] >> (4 * i)) & 0xF) != trigger)
            {
                continue;
            }

            _noise = (_noise * 314_159) + 1;
            _raw |= 1u << i;
            if (_counts[i] == FifoSize)
            {
                _overflow |= 1u << i;
                continue;
            }

            var place = (_taken[i] + _counts[i]++) % FifoSize;
            _samples[(i * FifoSize) + (int)place] = HalfScale + ((_noise >> 16) & 7);
        }
    }

    private bool Level(int sequencer) => (_raw & this[InterruptMask] & (1u << sequencer)) != 0;

    private void Update()
    {
        for (var i = 0; i < Sequencers; i++)
        {
            _interrupts[i].Level = Level(i);
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisAdcFactory : IDeviceFactory
{
    public string Type => "stellaris-adc";

    public string Example => "adc: { type: stellaris-adc, address: 0x4000_0000, wires: { sequencer0: irq 0 } }";

    public IDevice Create(DeviceSite site) => new StellarisAdc(
        site.Name, [.. Enumerable.Range(0, 4).Select(number => site.OptionalLine($"sequencer{number}"))]);
}
