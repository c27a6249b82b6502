using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// The three converters of the STM32F2 and F4 (RM0033 chapter 10, RM0090 chapter 13), 0x100 bytes each, one interrupt.
/// A conversion is over as soon as it is started. Nothing is connected: as in QEMU the value is 7 more each time. QEMU
/// sets no EOC. Injected channels, the watchdog, scans and DMA are kept without effect.
/// </summary>
public sealed class Stm32Adc(string name, InterruptLine interrupt) : RegisterDevice(name)
{
    private const int Converters = 3;
    private const uint Spacing = 0x100;
    private const uint Status = 0x00;
    private const uint Control1 = 0x04;
    private const uint Control2 = 0x08;
    private const uint HighThreshold = 0x24;
    private const uint FirstData = 0x3C;
    private const uint Data = 0x4C;
    private const int Words = 20;

    private const uint CommonStatus = 0x300;
    private const uint CommonControl = 0x304;

    private const uint EndOfConversion = 1 << 1;
    private const uint Started = 1 << 4;
    private const uint StatusMask = 0x3F;
    private const uint EndInterrupt = 1 << 5;
    private const int ResolutionShift = 24;
    private const uint On = 1;
    private const uint Continuous = 1 << 1;
    private const uint LeftAligned = 1 << 11;
    private const uint Start = 1 << 30;
    private const uint Step = 7;
    private const uint PowerOnThreshold = 0xFFF;

    private readonly uint[][] _words = [PowerOn(), PowerOn(), PowerOn()];
    private uint _commonControl;

    private bool Level => Array.Exists(
        _words, words => (words[0] & EndOfConversion) != 0 && (words[Control1 / 4] & EndInterrupt) != 0);

    public override void Reset()
    {
        for (var i = 0; i < Converters; i++)
        {
            _words[i] = PowerOn();
        }

        _commonControl = 0;
        interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_commonControl);
        foreach (var word in _words.SelectMany(words => words))
        {
            writer.Write(word);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _commonControl = reader.ReadUInt32();
        foreach (var words in _words)
        {
            for (var i = 0; i < Words; i++)
            {
                words[i] = reader.ReadUInt32();
            }
        }

        interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        CommonStatus => _words[0][0] | (_words[1][0] << 8) | (_words[2][0] << 16),
        CommonControl => _commonControl,
        _ => Find(offset) is { } words ? Value(words, offset % Spacing) : 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset % Spacing == Data && Find(offset) is { } words)
        {
            words[0] &= ~EndOfConversion;
            if ((words[Control2 / 4] & Continuous) != 0 && (words[0] & Started) != 0)
            {
                Convert(words);
            }

            interrupt.Level = Level;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset == CommonControl)
        {
            _commonControl = value & 0x00C3_EF1F;
        }
        else if (Find(offset) is { } words)
        {
            Write(words, offset % Spacing, value);
            interrupt.Level = Level;
        }
    }

    private static uint[] PowerOn()
    {
        var words = new uint[Words];
        words[HighThreshold / 4] = PowerOnThreshold;
        return words;
    }

    private static void Write(uint[] words, uint register, uint value)
    {
        switch (register)
        {
            case Status:
                words[0] &= value & StatusMask;
                break;
            case Control2:
                words[Control2 / 4] = value & ~Start;
                if ((value & (Start | On)) == (Start | On))
                {
                    words[0] |= Started;
                    Convert(words);
                }

                break;
            case < FirstData:
                words[register / 4] = value;
                break;
        }
    }

    private static void Convert(uint[] words)
    {
        // RES: 12, 10, 8 or 6 bits.
        var bits = 12 - (2 * ((int)(words[Control1 / 4] >> ResolutionShift) & 3));
        words[Data / 4] = (words[Data / 4] + Step) & ((1u << bits) - 1);
        words[0] |= EndOfConversion;
    }

    private static uint Value(uint[] words, uint register) =>
        register == Data && (words[Control2 / 4] & LeftAligned) != 0
            ? (words[Data / 4] << 4) & 0xFFF0
            : words[register / 4];

    private uint[]? Find(uint offset) =>
        offset / Spacing < Converters && offset % Spacing < 4 * Words ? _words[offset / Spacing] : null;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32AdcFactory : IDeviceFactory
{
    public string Type => "stm32-adc";

    public uint Size => 0x400;

    public string Example => "adc: { type: stm32-adc, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Stm32Adc(site.Name, site.Line());
}
