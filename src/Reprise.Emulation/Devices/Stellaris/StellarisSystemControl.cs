using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// System control of the Stellaris (LM3S6965 data sheet, chapter 6): identifiers, clocks, clock gating. As on QEMU the
/// system clock is always 200 MHz over SYSDIV + 1, whether the PLL is bypassed or not; the PLL locks at once; gates and
/// software resets have no effect.
/// </summary>
public sealed class StellarisSystemControl : RegisterDevice
{
    private const uint PowerControl = 0x030;
    private const uint LdoControl = 0x034;
    private const uint RawInterruptStatus = 0x050;
    private const uint InterruptMask = 0x054;
    private const uint MaskedInterruptStatus = 0x058;
    private const uint ResetCause = 0x05C;
    private const uint RunClock = 0x060;
    private const uint PllConfiguration = 0x064;
    private const uint RunClock2 = 0x070;

    private const uint PllFrequency = 200_000_000;
    private const uint PowerDown = 1 << 13;
    private const uint PllLocked = 1 << 6;
    private const uint UseRunClock2 = 1u << 31;

    /// <summary>Registers that hold what is written: which bits, and their values at reset.</summary>
    private static readonly (uint Offset, uint Mask, uint Initial)[] _plain =
    [
        (PowerControl, 0xFFFF, 0x7FFD), (LdoControl, 0x1F, 0), (InterruptMask, 0x7F, 0), (ResetCause, 0x3F, 0),
        (RunClock, uint.MaxValue, 0x078E_3AC0), (RunClock2, uint.MaxValue, 0x0780_2810),
        (0x100, uint.MaxValue, 1), (0x104, uint.MaxValue, 0), (0x108, uint.MaxValue, 0), // RCGC0 to 2
        (0x110, uint.MaxValue, 1), (0x114, uint.MaxValue, 0), (0x118, uint.MaxValue, 0), // SCGC0 to 2
        (0x120, uint.MaxValue, 1), (0x124, uint.MaxValue, 0), (0x128, uint.MaxValue, 0), // DCGC0 to 2
        (0x150, uint.MaxValue, 0), (0x160, uint.MaxValue, 0), // CLKVCLR, LDOARST
    ];

    /// <summary>PLLCFG for each crystal that RCC.XTAL can name, as the PLL's own table has it: OD, F and R.</summary>
    private static readonly uint[] _pll =
    [
        0x3200, 0x1B20, 0x1900, 0xF42B, 0x37E3, 0x1B21, 0x0C80, 0x98EE,
        0xD5B4, 0x0A00, 0x4E27, 0x1902, 0xEC1C, 0x1B23, 0x0640, 0xB11C,
    ];

    private readonly InterruptLine _interrupt;
    private readonly ClockSource _clock;
    private readonly IReadOnlyDictionary<uint, uint> _identifiers;
    private readonly uint[] _values = [.. _plain.Select(register => register.Initial)];
    private uint _raw;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">PLL lock and supply interrupts, of which only the first comes.</param>
    /// <param name="clock">The system clock, which it sets.</param>
    /// <param name="identifiers">Registers that never change, by offset.</param>
    public StellarisSystemControl(
        string name, InterruptLine interrupt, ClockSource clock, IReadOnlyDictionary<uint, uint> identifiers)
        : base(name)
    {
        (_interrupt, _clock, _identifiers) = (interrupt, clock, identifiers);
    }

    private uint Divider => 1 + ((this[RunClock2] & UseRunClock2) != 0
        ? (this[RunClock2] >> 23) & 0x3F
        : (this[RunClock] >> 23) & 0xF);

    private bool InterruptLevel => (_raw & this[InterruptMask]) != 0;

    private uint this[uint offset] => _values[IndexOf(offset)];

    public override void Reset()
    {
        for (var i = 0; i < _plain.Length; i++)
        {
            _values[i] = _plain[i].Initial;
        }

        _raw = 0;
        _clock.Set(PllFrequency, Divider);
        _interrupt.Level = InterruptLevel;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _raw])
        {
            writer.Write(value);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _raw = reader.ReadUInt32();
        _clock.Restore(PllFrequency, Divider);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        RawInterruptStatus => _raw,
        MaskedInterruptStatus => _raw & this[InterruptMask],
        PllConfiguration => _pll[(this[RunClock] >> 6) & 0xF],
        _ when IndexOf(offset) is >= 0 and var index => _values[index],
        _ => _identifiers.GetValueOrDefault(offset),
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset == MaskedInterruptStatus)
        {
            _raw &= ~value;
        }
        else if (IndexOf(offset) is >= 0 and var index)
        {
            if (offset is RunClock or RunClock2 && (_values[index] & ~value & PowerDown) != 0)
            {
                _raw |= PllLocked;
            }

            _values[index] = value & _plain[index].Mask;
            _clock.Set(PllFrequency, Divider);
        }

        _interrupt.Level = InterruptLevel;
    }

    private static int IndexOf(uint offset) => Array.FindIndex(_plain, register => register.Offset == offset);
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisSystemControlFactory : IDeviceFactory
{
    /// <summary>Identifiers by their names in the data sheet.</summary>
    private static readonly (string Name, uint Offset)[] _identifiers =
    [
        ("did0", 0x000), ("did1", 0x004), ("dc0", 0x008), ("dc1", 0x010), ("dc2", 0x014), ("dc3", 0x018), ("dc4", 0x01C),
        ("user0", 0x1E0), ("user1", 0x1E4),
    ];

    public string Type => "stellaris-sysctl";

    public string Example => "sysctl: { type: stellaris-sysctl, address: 0x4000_0000, irq: 0, did0: 0x1001_0002 }";

    public IDevice Create(DeviceSite site) => new StellarisSystemControl(
        site.Name,
        site.Line(),
        site.CpuClock,
        _identifiers.ToDictionary(entry => entry.Offset, entry => site.Options.Word(entry.Name, 0)));
}
