using Reprise.Emulation.Boards;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// The random number generator of the nRF51 (Reference Manual 3.0, chapter 21): a byte each 167 us, or 660 us with bias
/// correction. What comes in on its input port is the next value, and an input event like any other; while nothing has
/// come the values are those of a generator (xorshift) that begins at <paramref name="seed"/>, the same on every run.
/// </summary>
public sealed class Nrf51Rng : RegisterDevice, IInputPort
{
    private const uint Start = 0x000;
    private const uint Stop = 0x004;
    private const uint ValueReady = 0x100;
    private const uint Shorts = 0x200;
    private const uint InterruptEnable = 0x300;
    private const uint InterruptSet = 0x304;
    private const uint InterruptClear = 0x308;
    private const uint Configuration = 0x504;
    private const uint Value = 0x508;

    private const ulong Period = 167_000;
    private const ulong CorrectedPeriod = 660_000;

    private readonly VirtualClock _clock;
    private readonly InterruptLine _interrupt;
    private readonly DeviceTimer _alarm;
    private readonly uint _seed;
    private uint _generator;
    private bool _running;
    private bool _ready;
    private bool _stopsWhenReady;
    private bool _interruptEnabled;
    private bool _corrects;
    private bool _hasInput;
    private byte _input;
    private byte _value;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="seed">Of the values that come from nowhere else; not zero.</param>
    public Nrf51Rng(string name, VirtualClock clock, InterruptLine interrupt, uint seed)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfZero(seed);
        _clock = clock;
        _interrupt = interrupt;
        _seed = seed;
        _generator = seed;
        _alarm = clock.CreateTimer(name, OnValue);
    }

    public bool CanReceive => _running && !_hasInput;

    /// <summary>The next value.</summary>
    public void Receive(byte value) => (_input, _hasInput) = (value, true);

    public override void Reset()
    {
        _generator = _seed;
        (_running, _ready, _stopsWhenReady, _interruptEnabled, _corrects, _hasInput) =
            (false, false, false, false, false, false);
        (_input, _value) = (0, 0);
        _alarm.Clear();
        _interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_generator);
        writer.Write(_running);
        writer.Write(_ready);
        writer.Write(_stopsWhenReady);
        writer.Write(_interruptEnabled);
        writer.Write(_corrects);
        writer.Write(_hasInput);
        writer.Write(_input);
        writer.Write(_value);
    }

    public override void Restore(ref StateReader reader)
    {
        _generator = reader.ReadUInt32();
        _running = reader.ReadBoolean();
        _ready = reader.ReadBoolean();
        _stopsWhenReady = reader.ReadBoolean();
        _interruptEnabled = reader.ReadBoolean();
        _corrects = reader.ReadBoolean();
        _hasInput = reader.ReadBoolean();
        _input = reader.ReadByte();
        _value = reader.ReadByte();
        _interrupt.Restore(_ready && _interruptEnabled);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        ValueReady => _ready ? 1u : 0u,
        Shorts => _stopsWhenReady ? 1u : 0u,
        InterruptEnable or InterruptSet or InterruptClear => _interruptEnabled ? 1u : 0u,
        Configuration => _corrects ? 1u : 0u,
        Value => _value,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Start when value == 1:
                _running = true;
                SetAlarm();
                break;
            case Stop when value == 1:
                _running = false;
                _alarm.Clear();
                break;
            case ValueReady when value == 0:
                _ready = false;
                break;
            case Shorts:
                _stopsWhenReady = (value & 1) != 0;
                break;
            case InterruptEnable:
                _interruptEnabled = (value & 1) != 0;
                break;
            case InterruptSet:
                _interruptEnabled |= (value & 1) != 0;
                break;
            case InterruptClear:
                _interruptEnabled &= (value & 1) == 0;
                break;
            case Configuration:
                _corrects = (value & 1) != 0;
                break;
        }

        _interrupt.Level = _ready && _interruptEnabled;
    }

    private void OnValue()
    {
        _value = _hasInput ? _input : Generate();
        _hasInput = false;
        _ready = true;
        if (_stopsWhenReady)
        {
            _running = false;
        }
        else
        {
            SetAlarm();
        }

        _interrupt.Level = _interruptEnabled;
    }

    private byte Generate()
    {
        _generator ^= _generator << 13;
        _generator ^= _generator >> 17;
        _generator ^= _generator << 5;
        return (byte)(_generator >> 24);
    }

    private void SetAlarm()
    {
        var period = _corrects ? CorrectedPeriod : Period;
        _alarm.Set(_clock.Now > ulong.MaxValue - period ? ulong.MaxValue : _clock.Now + period);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51RngFactory : IDeviceFactory
{
    public string Type => "nrf51-rng";

    public string Example =>
        "rng: { type: nrf51-rng, address: 0x4000_0000, irq: 0, seed: 1 }";

    public IDevice Create(DeviceSite site) => new Nrf51Rng(
        site.Name, site.Clock, site.Line(), (uint)site.Options.Number("seed", 1, uint.MaxValue));
}
