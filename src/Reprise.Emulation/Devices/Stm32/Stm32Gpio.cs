using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// GPIO port of the STM32F2 and F4 (RM0033 chapter 6, RM0090 chapter 8), which QEMU 7.2 does not have. A pin of an
/// alternate function is driven by nobody; speed, alternate function and LCKR are kept without effect. Its pins can be
/// driven from outside: <see cref="PinPort"/>.
/// </summary>
public sealed class Stm32Gpio : ByteLaneDevice, IInputPort
{
    private const uint Mode = 0x00;
    private const uint OutputType = 0x04;
    private const uint Speed = 0x08;
    private const uint Pull = 0x0C;
    private const uint Input = 0x10;
    private const uint Output = 0x14;
    private const uint SetReset = 0x18;
    private const uint AlternateHigh = 0x24;

    private const int Words = 10;
    private const uint OutputMode = 1;
    private const uint AnalogMode = 3;
    private const uint PullUp = 1;
    private const uint PinMask = 0xFFFF;

    private readonly PinPort _pins;
    private readonly uint[] _powerOn = new uint[Words];
    private readonly uint[] _words = new uint[Words];

    /// <param name="name">Name on the board.</param>
    /// <param name="pins">What it drives.</param>
    /// <param name="mode">MODER at reset.</param>
    /// <param name="speed">OSPEEDR at reset.</param>
    /// <param name="pull">PUPDR at reset.</param>
    public Stm32Gpio(string name, PinPort pins, uint mode, uint speed, uint pull)
        : base(name)
    {
        _pins = pins;
        (_powerOn[Mode / 4], _powerOn[Speed / 4], _powerOn[Pull / 4]) = (mode, speed, pull);
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
        _powerOn.CopyTo(_words, 0);
        _pins.Reset();
        Drive();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var word in _words)
        {
            writer.Write(word);
        }

        _pins.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < Words; i++)
        {
            _words[i] = reader.ReadUInt32();
        }

        _pins.Restore(ref reader);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Input => _pins.Levels & ~PinsWhere(_words[Mode / 4], AnalogMode),
        SetReset or > AlternateHigh => 0,
        _ => _words[offset / 4],
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Input or > AlternateHigh:
                return;
            case SetReset:
                // Where both are asked for, set wins.
                _words[Output / 4] = (_words[Output / 4] & ~(value >> 16)) | (value & PinMask);
                break;
            case Output or OutputType:
                _words[offset / 4] = value & PinMask;
                break;
            default:
                _words[offset / 4] = value;
                break;
        }

        Drive();
    }

    /// <summary>The pins whose field of two bits has that value.</summary>
    private static uint PinsWhere(uint fields, uint value)
    {
        var result = 0u;
        for (var pin = 0; pin < Stm32Syscfg.Pins; pin++)
        {
            result |= ((fields >> (2 * pin)) & 3) == value ? 1u << pin : 0;
        }

        return result;
    }

    // An open drain that is not low is as good as not driven.
    private void Drive()
    {
        var output = _words[Output / 4];
        var driven = PinsWhere(_words[Mode / 4], OutputMode) & ~(output & _words[OutputType / 4]);
        _pins.Drive(driven, (output & driven) | (PinsWhere(_words[Pull / 4], PullUp) & ~driven));
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32GpioFactory : IDeviceFactory
{
    public string Type => "stm32-gpio";

    public uint Size => 0x400;

    public string Example =>
        """
        exti: { type: stm32-exti, address: 0x4000_1000, wires: { line0: irq 0, line1: irq 1 } }
        syscfg: { type: stm32-syscfg, address: 0x4000_2000, exti: exti }
        gpioa: { type: stm32-gpio, address: 0x4000_0000, syscfg: syscfg, port: 0, pull: 0x40, wires: { pin0: irq 2 } }
        """;

    public IDevice Create(DeviceSite site) => new Stm32Gpio(
        site.Name,
        PinPort.Read(site),
        site.Options.Word("mode", fallback: 0),
        site.Options.Word("speed", fallback: 0),
        site.Options.Word("pull", fallback: 0));
}
