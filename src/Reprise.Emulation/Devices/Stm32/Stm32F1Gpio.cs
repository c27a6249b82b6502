using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// GPIO port of the STM32F1 (RM0041 section 7.2), which QEMU does not have. A pin of an alternate function is driven by
/// nobody; LCKR is kept without effect. Its pins can be driven from outside: <see cref="PinPort"/>.
/// </summary>
public sealed class Stm32F1Gpio : ByteLaneDevice, IInputPort
{
    private const uint ConfigurationLow = 0x00;
    private const uint ConfigurationHigh = 0x04;
    private const uint Input = 0x08;
    private const uint Output = 0x0C;
    private const uint SetReset = 0x10;
    private const uint ResetOnly = 0x14;
    private const uint Lock = 0x18;

    private const uint FloatingInputs = 0x4444_4444;
    private const uint PinMask = 0xFFFF;

    // The field of a pin: MODE in the lower two bits, CNF above.
    private const uint ModeMask = 0b0011;
    private const uint OpenDrain = 0b0100;
    private const uint Alternate = 0b1000;
    private const uint Analog = 0b0000;
    private const uint PulledInput = 0b1000;

    private readonly PinPort _pins;
    private ulong _configuration;
    private uint _output;
    private uint _lock;

    /// <param name="name">Name on the board.</param>
    /// <param name="pins">What it drives.</param>
    public Stm32F1Gpio(string name, PinPort pins)
        : base(name)
    {
        _pins = pins;
        Reset();
    }

    public bool CanReceive => true;

    /// <summary>A change of a pin, as <see cref="PinPort"/> has it.</summary>
    public void Receive(byte value)
    {
        _pins.Receive(value);
        Drive();
    }

    public override void Reset()
    {
        _configuration = ((ulong)FloatingInputs << 32) | FloatingInputs;
        (_output, _lock) = (0, 0);
        _pins.Reset();
        Drive();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_configuration);
        writer.Write(_output);
        writer.Write(_lock);
        _pins.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _configuration = reader.ReadUInt64();
        _output = reader.ReadUInt32();
        _lock = reader.ReadUInt32();
        _pins.Restore(ref reader);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        ConfigurationLow => (uint)_configuration,
        ConfigurationHigh => (uint)(_configuration >> 32),
        Input => _pins.Levels & ~PinsWhere(field => field == Analog),
        Output => _output,
        Lock => _lock,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case ConfigurationLow:
                _configuration = (_configuration & ~(ulong)uint.MaxValue) | value;
                break;
            case ConfigurationHigh:
                _configuration = (uint)_configuration | ((ulong)value << 32);
                break;
            case Output:
                _output = value & PinMask;
                break;
            case SetReset:
                // Where both are asked for, set wins.
                _output = (_output & ~(value >> 16)) | (value & PinMask);
                break;
            case ResetOnly:
                _output &= ~value;
                break;
            case Lock:
                _lock = value & 0x1_FFFF;
                break;
            default:
                return;
        }

        Drive();
    }

    private uint PinsWhere(Func<uint, bool> matches)
    {
        var result = 0u;
        for (var pin = 0; pin < Stm32Syscfg.Pins; pin++)
        {
            result |= matches((uint)(_configuration >> (4 * pin)) & 0xF) ? 1u << pin : 0;
        }

        return result;
    }

    // An open drain that is not low is as good as not driven. ODR chooses the pull of an input.
    private void Drive()
    {
        var outputs = PinsWhere(field => (field & ModeMask) != 0 && (field & Alternate) == 0);
        var openDrains = PinsWhere(field => (field & ModeMask) != 0 && (field & OpenDrain) != 0);
        var driven = outputs & ~(_output & openDrains);
        _pins.Drive(driven, _output & (driven | PinsWhere(field => field == PulledInput)));
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32F1GpioFactory : IDeviceFactory
{
    public string Type => "stm32f1-gpio";

    public uint Size => 0x400;

    public string Example => "gpioa: { type: stm32f1-gpio, address: 0x4000_0000, wires: { pin0: irq 0, pin9: irq 1 } }";

    public IDevice Create(DeviceSite site) => new Stm32F1Gpio(site.Name, PinPort.Read(site));
}
