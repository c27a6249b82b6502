using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// The 16 pins of a GPIO port, seen from outside the port's registers: what drives them, and what they drive. An output
/// <c>pin0</c> to <c>pin15</c> has the level of its pin; the port's pins go to SYSCFG too, which chooses those that
/// interrupt. Input is a byte a change: the pin's number, plus 0x80 to pull it high, plus 0x40 to let go of it.
/// </summary>
public sealed class PinPort
{
    private const byte High = 0x80;
    private const byte LetGo = 0x40;
    private const int PinMask = Stm32Syscfg.Pins - 1;

    private readonly InterruptLine[] _outputs;
    private readonly Stm32Syscfg? _syscfg;
    private readonly int _port;
    private uint _driven;
    private uint _external;

    private PinPort(InterruptLine[] outputs, Stm32Syscfg? syscfg, int port) =>
        (_outputs, _syscfg, _port) = (outputs, syscfg, port);

    /// <summary>Levels of the pins.</summary>
    public uint Levels { get; private set; }

    /// <summary>Of a board file: <c>pin0</c> to <c>pin15</c>, and with <c>syscfg: NAME</c> the port's number.</summary>
    public static PinPort Read(DeviceSite site)
    {
        var outputs = Enumerable.Range(0, Stm32Syscfg.Pins).Select(pin => site.OptionalLine($"pin{pin}")).ToArray();
        return site.OptionalDevice<Stm32Syscfg>("syscfg") is { } syscfg
            ? new PinPort(outputs, syscfg, (int)site.Options.Number("port", 0, Stm32Syscfg.Ports - 1))
            : new PinPort(outputs, null, 0);
    }

    /// <summary>Takes a change from outside; the port drives anew behind it.</summary>
    public void Receive(byte value)
    {
        var bit = 1u << (value & PinMask);
        _driven = (value & LetGo) != 0 ? _driven & ~bit : _driven | bit;
        _external = (value & (High | LetGo)) == High ? _external | bit : _external & ~bit;
    }

    /// <summary>Nobody drives the pins from outside any more.</summary>
    public void Reset() => (_driven, _external) = (0, 0);

    /// <summary>The port drives its pins.</summary>
    /// <param name="strong">Pins that it drives whatever is outside.</param>
    /// <param name="values">The levels of those, and of the others that nobody drives: their pull.</param>
    public void Drive(uint strong, uint values)
    {
        var levels = (values & (strong | ~_driven)) | (_external & ~strong);
        if (levels == Levels)
        {
            return;
        }

        Levels = levels;
        for (var pin = 0; pin < _outputs.Length; pin++)
        {
            _outputs[pin].Level = ((levels >> pin) & 1) != 0;
        }

        _syscfg?.SetPins(_port, levels);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_driven);
        writer.Write(_external);
        writer.Write(Levels);
    }

    public void Restore(ref StateReader reader)
    {
        _driven = reader.ReadUInt32();
        _external = reader.ReadUInt32();
        Levels = reader.ReadUInt32();
        for (var pin = 0; pin < _outputs.Length; pin++)
        {
            _outputs[pin].Restore(((Levels >> pin) & 1) != 0);
        }
    }
}
