using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// SYSCFG of the STM32F2 and F4 (RM0033 chapter 7, RM0090 chapter 9), and AFIO of the F1 (RM0041 section 7.4), which
/// has the same EXTICR registers: for each pin number they choose the port that drives this line of the EXTI. The other
/// registers are kept without effect; CMPCR.READY follows CMP_PD.
/// </summary>
public sealed class Stm32Syscfg(string name, Stm32Exti exti) : RegisterDevice(name)
{
    /// <summary>Ports that EXTICR can choose from: A, B, ...</summary>
    public const int Ports = 16;

    /// <summary>Pins of a port.</summary>
    public const int Pins = 16;

    private const uint FirstSelection = 0x08;
    private const uint LastSelection = 0x14;
    private const uint CompensationCell = 0x20;
    private const int Words = 9;

    private const uint PowerDown = 1;
    private const uint CellReady = 1 << 8;

    private readonly uint[] _words = new uint[Words];
    private readonly uint[] _levels = new uint[Ports];

    /// <summary>New levels of a port's pins, of pin 0 in bit 0.</summary>
    public void SetPins(int port, uint levels)
    {
        _levels[port] = levels;
        for (var pin = 0; pin < Pins; pin++)
        {
            if (PortOf(pin) == port)
            {
                exti.SetLine(pin, IsHigh(pin));
            }
        }
    }

    public override void Reset()
    {
        Array.Clear(_words);
        Drive(0, Pins);
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _words, .. _levels])
        {
            writer.Write(value);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < Words; i++)
        {
            _words[i] = reader.ReadUInt32();
        }

        for (var port = 0; port < Ports; port++)
        {
            _levels[port] = reader.ReadUInt32();
        }
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        CompensationCell => _words[offset / 4] | ((_words[offset / 4] & PowerDown) != 0 ? CellReady : 0),
        < 4 * Words => _words[offset / 4],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset >= 4 * Words)
        {
            return;
        }

        var isSelection = offset is >= FirstSelection and <= LastSelection;
        _words[offset / 4] = isSelection ? value & 0xFFFF : offset == CompensationCell ? value & PowerDown : value;
        if (isSelection)
        {
            Drive((int)(offset - FirstSelection), count: 4);
        }
    }

    private void Drive(int first, int count)
    {
        for (var pin = first; pin < first + count; pin++)
        {
            exti.SetLine(pin, IsHigh(pin));
        }
    }

    private int PortOf(int pin) => (int)(_words[(FirstSelection / 4) + (pin / 4)] >> (4 * (pin % 4))) & 0xF;

    private bool IsHigh(int pin) => ((_levels[PortOf(pin)] >> pin) & 1) != 0;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32SyscfgFactory : IDeviceFactory
{
    public string Type => "stm32-syscfg";

    public uint Size => 0x400;

    public string Example =>
        """
        exti: { type: stm32-exti, address: 0x4000_1000, wires: { line0: irq 0, line1: irq 1 } }
        syscfg: { type: stm32-syscfg, address: 0x4000_0000, exti: exti }
        """;

    public IDevice Create(DeviceSite site) => new Stm32Syscfg(site.Name, site.Device<Stm32Exti>("exti"));
}
