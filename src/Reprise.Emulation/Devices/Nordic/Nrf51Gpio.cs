using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// The 32 pins of the nRF51 (Reference Manual 3.0, chapter 14). Nothing drives them from outside: an input reads what
/// its pin drives itself, else its pull. Sense and drive strength are kept without effect.
/// </summary>
public sealed class Nrf51Gpio(string name) : RegisterDevice(name)
{
    private const uint Output = 0x504;
    private const uint OutputSet = 0x508;
    private const uint OutputClear = 0x50C;
    private const uint Input = 0x510;
    private const uint Direction = 0x514;
    private const uint DirectionSet = 0x518;
    private const uint DirectionClear = 0x51C;
    private const uint PinConfiguration = 0x700;

    private const int Pins = 32;
    private const uint IsOutput = 1;
    private const uint Disconnected = 2;
    private const uint PullMask = 3 << 2;
    private const uint PullUp = 3 << 2;
    private const uint ConfigurationMask = 0x3_070F;

    private readonly uint[] _pins = [.. Enumerable.Repeat(Disconnected, Pins)];
    private uint _output;

    private uint Directions
    {
        get => Gather(pin => (_pins[pin] & IsOutput) != 0);
        set
        {
            for (var pin = 0; pin < Pins; pin++)
            {
                _pins[pin] = (_pins[pin] & ~IsOutput) | ((value >> pin) & 1);
            }
        }
    }

    public override void Reset()
    {
        Array.Fill(_pins, Disconnected);
        _output = 0;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_output);
        foreach (var pin in _pins)
        {
            writer.Write(pin);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _output = reader.ReadUInt32();
        for (var pin = 0; pin < Pins; pin++)
        {
            _pins[pin] = reader.ReadUInt32();
        }
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Output or OutputSet or OutputClear => _output,
        Input => Gather(IsHigh),
        Direction or DirectionSet or DirectionClear => Directions,
        >= PinConfiguration and < PinConfiguration + (4 * Pins) => _pins[(offset - PinConfiguration) / 4],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Output:
                _output = value;
                break;
            case OutputSet:
                _output |= value;
                break;
            case OutputClear:
                _output &= ~value;
                break;
            case Direction:
                Directions = value;
                break;
            case DirectionSet:
                Directions |= value;
                break;
            case DirectionClear:
                Directions &= ~value;
                break;
            case >= PinConfiguration and < PinConfiguration + (4 * Pins):
                _pins[(offset - PinConfiguration) / 4] = value & ConfigurationMask;
                break;
        }
    }

    private static uint Gather(Func<int, bool> isSet)
    {
        var value = 0u;
        for (var pin = 0; pin < Pins; pin++)
        {
            value |= isSet(pin) ? 1u << pin : 0;
        }

        return value;
    }

    private bool IsHigh(int pin) =>
        (_pins[pin] & Disconnected) == 0
        && ((_pins[pin] & IsOutput) != 0 ? ((_output >> pin) & 1) != 0 : (_pins[pin] & PullMask) == PullUp);
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51GpioFactory : IDeviceFactory
{
    public string Type => "nrf51-gpio";

    public IDevice Create(DeviceSite site) => new Nrf51Gpio(site.Name);
}
