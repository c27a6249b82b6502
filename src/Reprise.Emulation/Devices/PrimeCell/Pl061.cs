using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>
/// Eight pins, PL061 (DDI 0190), with the registers that the Stellaris adds. A write to DATA goes through the mask in
/// address bits 9 to 2. A pin that is an input keeps its last level until what drives it changes, as on QEMU; with a pull-up
/// it drives its wire high. Alternate functions and drive strengths are kept without effect.
/// </summary>
public sealed class Pl061 : RegisterDevice, IWireInputs
{
    private const uint Direction = 0x400;
    private const uint InterruptSense = 0x404;
    private const uint InterruptBothEdges = 0x408;
    private const uint InterruptEvent = 0x40C;
    private const uint InterruptMask = 0x410;
    private const uint RawInterruptStatus = 0x414;
    private const uint MaskedInterruptStatus = 0x418;
    private const uint InterruptClear = 0x41C;
    private const uint AlternateFunction = 0x420;
    private const uint PullUp = 0x510;
    private const uint PullDown = 0x514;
    private const uint Lock = 0x520;
    private const uint Commit = 0x524;

    private const int Pins = 8;
    private const uint AllPins = 0xFF;

    /// <summary>What QEMU and StellarisWare write to unlock: the data sheet's 0x1ACC_E551 does not on QEMU; here both do.</summary>
    private static readonly uint[] _keys = [0x0ACC_E551, 0x1ACC_E551];

    /// <summary>Registers that hold eight bits, with nothing behind, and their reset values; those from 0x500 on are Stellaris'.</summary>
    private static readonly (uint Offset, uint Initial)[] _plain =
    [
        (Direction, 0), (InterruptSense, 0), (InterruptBothEdges, 0), (InterruptEvent, 0), (InterruptMask, 0),
        (AlternateFunction, 0), (0x500, 0xFF), (0x504, 0), (0x508, 0), (0x50C, 0), (PullUp, 0), (PullDown, 0),
        (0x518, 0), (0x51C, 0), (Commit, 0xFF), (0x528, 0),
    ];

    private readonly InterruptLine _interrupt;
    private readonly InterruptLine[] _outputs;
    private readonly PrimeCellId _id;
    private readonly bool _isStellaris;
    private readonly uint[] _values = [.. _plain.Select(register => register.Initial)];
    private uint _data;
    private uint _driven;
    private uint _seen;
    private uint _output;
    private uint _raw;
    private bool _locked = true;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">GPIOINTR.</param>
    /// <param name="outputs">The eight pins' wires.</param>
    /// <param name="variant">Whose it is.</param>
    internal Pl061(string name, InterruptLine interrupt, InterruptLine[] outputs, Variant variant)
        : base(name)
    {
        (_interrupt, _outputs, _isStellaris) = (interrupt, outputs, variant == Variant.Stellaris);
        _id = _isStellaris ? PrimeCellId.Stellaris(0x61) : PrimeCellId.Arm(0x61, revision: 0);
    }

    private bool InterruptLevel => (_raw & this[InterruptMask]) != 0;

    private uint this[uint offset] => _values[IndexOf(offset)];

    /// <summary>Inputs <c>pin0</c> to <c>pin7</c>.</summary>
    public Action<bool>? FindInput(string name)
    {
        for (var pin = 0; pin < Pins; pin++)
        {
            if (name == $"pin{pin}")
            {
                var bit = 1u << pin;
                return level => Drive(bit, level);
            }
        }

        return null;
    }

    public override void Reset()
    {
        for (var i = 0; i < _plain.Length; i++)
        {
            _values[i] = _plain[i].Initial;
        }

        (_data, _seen, _output, _raw, _locked) = (_driven, _driven, 0, 0, true);
        foreach (var line in _outputs)
        {
            line.Level = false;
        }

        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _data, _driven, _seen, _output, _raw])
        {
            writer.Write(value);
        }

        writer.Write(_locked);
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = reader.ReadUInt32();
        }

        _data = reader.ReadUInt32();
        _driven = reader.ReadUInt32();
        _seen = reader.ReadUInt32();
        _output = reader.ReadUInt32();
        _raw = reader.ReadUInt32();
        _locked = reader.ReadBoolean();
        _interrupt.Restore(InterruptLevel);
        for (var pin = 0; pin < Pins; pin++)
        {
            _outputs[pin].Restore((_output & (1u << pin)) != 0);
        }
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        < Direction => _data & (offset >> 2),
        RawInterruptStatus => _raw,
        MaskedInterruptStatus => _raw & this[InterruptMask],
        Lock when _isStellaris => _locked ? 1u : 0u,
        _ when IsPlain(offset) => this[offset],
        _ => _id.At(offset),
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case < Direction:
                var mask = (offset >> 2) & this[Direction];
                _data = (_data & ~mask) | (value & mask);
                break;
            case InterruptClear:
                _raw &= ~value;
                break;
            case Lock when _isStellaris:
                _locked = !_keys.Contains(value);
                break;
            case AlternateFunction:
                Set(offset, (this[AlternateFunction] & ~this[Commit]) | (value & this[Commit]));
                break;
            case Commit when _locked:
                break;
            case var _ when IsPlain(offset):
                Set(offset, value);
                break;
            default:
                return;
        }

        Update();
    }

    private static int IndexOf(uint offset) => Array.FindIndex(_plain, register => register.Offset == offset);

    private bool IsPlain(uint offset) => (offset < 0x500 || _isStellaris) && IndexOf(offset) >= 0;

    private void Set(uint offset, uint value) => _values[IndexOf(offset)] = value & AllPins;

    private void Drive(uint bit, bool level)
    {
        _driven = level ? _driven | bit : _driven & ~bit;
        if ((this[Direction] & bit) == 0)
        {
            _data = (_data & ~bit) | (_driven & bit);
        }

        Update();
    }

    private void Update()
    {
        var inputs = ~this[Direction] & AllPins;
        var floating = inputs & ~(this[PullUp] | this[PullDown]);
        _output = (_data & this[Direction]) | (inputs & this[PullUp]) | (_output & floating);

        var changed = (_seen ^ _data) & inputs;
        if (changed != 0)
        {
            _seen = _data;
            var wanted = this[InterruptBothEdges] | ~(_data ^ this[InterruptEvent]);
            _raw |= changed & ~this[InterruptSense] & wanted;
        }

        _raw |= ~(_data ^ this[InterruptEvent]) & this[InterruptSense];
        _interrupt.Level = InterruptLevel;
        for (var pin = 0; pin < Pins; pin++)
        {
            _outputs[pin].Level = (_output & (1u << pin)) != 0;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Pl061Factory : IDeviceFactory
{
    public string Type => "pl061";

    public string Example => "gpioa: { type: pl061, address: 0x4000_0000, irq: 0, variant: stellaris }";

    public IDevice Create(DeviceSite site) => new Pl061(
        site.Name,
        site.Line(),
        [.. Enumerable.Range(0, 8).Select(pin => site.OptionalLine($"pin{pin}"))],
        VariantOption.Read(site));
}
