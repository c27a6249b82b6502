using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// Host bridge of a PC (Intel 82441FX, "PMC", 290549): the configuration mechanism of the PCI bus at ports CF8h and CFCh
/// with the reset register of the PIIX3 in its midst, the bus, and as its function 0.0 the registers that say whether RAM
/// or ROM answers between C0000h and FFFFFh (PAM).
/// </summary>
public sealed class I440fx : PciFunction
{
    private const uint ResetPort = 1;
    private const uint Data = 4;
    private const uint Enabled = 0x8000_0000;

    private readonly Dictionary<int, PciFunction> _functions = [];
    private readonly ShadowMemory? _shadow;
    private readonly Action _reset;
    private uint _address;
    private byte _resetControl;

    internal I440fx(string name, ShadowMemory? shadow, Action reset)
        : base(name, new PciConfiguration(0x1237_8086, 0x0600_0002).Set(0x54, 0x1000_0000).Set(0x70, 0x0002_0000))
    {
        _shadow = shadow;
        _reset = reset;
        _functions[0] = this;
    }

    /// <summary>Adds a function to the bus; false when its place is taken.</summary>
    public bool TryAttach(int slot, int number, PciFunction function) => _functions.TryAdd((slot << 3) | number, function);

    public override uint Peek(uint offset, int size) => offset switch
    {
        0 when size == 4 => _address,
        ResetPort when size == 1 => _resetControl,
        < Data => uint.MaxValue >> (32 - (8 * size)),
        _ when Find() is { } function && offset < Data + 4 =>
            function.ReadConfiguration((int)((_address & 0xFC) | (offset & 3)), size),
        _ => uint.MaxValue >> (32 - (8 * size)),
    };

    public override void Write(uint offset, uint value, int size)
    {
        if (offset == 0 && size == 4)
        {
            _address = value;
        }
        else if (offset == ResetPort && size == 1)
        {
            _resetControl = (byte)(value & 2);
            if ((value & 4) != 0)
            {
                _reset();
            }
        }
        else if (offset is >= Data and < Data + 4)
        {
            Find()?.WriteConfiguration((int)((_address & 0xFC) | (offset & 3)), value, size);
        }
    }

    public override void Reset()
    {
        base.Reset();
        (_address, _resetControl) = (0, 0);
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write(_address);
        writer.Write(_resetControl);
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        _address = reader.ReadUInt32();
        _resetControl = reader.ReadByte();
    }

    private protected override void ConfigurationChanged() => _shadow?.Apply(Configuration);

    private PciFunction? Find() => (_address & Enabled) != 0 && (_address & 0xFF_0000) == 0
        ? _functions.GetValueOrDefault((int)(_address >> 8) & 0xFF)
        : null;
}

/// <summary>Makes it for board files.</summary>
internal sealed class I440fxFactory : IDeviceFactory
{
    public string Type => "i440fx";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("address", 4), new("data", 4, Offset: 4)];

    public string Example => "pci: { type: i440fx, ports: { address: 0xCF8, data: 0xCFC }, wires: { reset: reset } }";

    public IDevice Create(DeviceSite site) => new I440fx(site.Name, ShadowMemory.Find(site), site.Pulse("reset"));
}
