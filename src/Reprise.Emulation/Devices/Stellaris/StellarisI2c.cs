using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// An I2C master of the Stellaris (LM3S6965 data sheet, chapter 14) with nothing at its bus, as on QEMU: nobody
/// acknowledges an address, so that each transfer ends at once with an error.
/// </summary>
public sealed class StellarisI2c(string name, InterruptLine interrupt) : RegisterDevice(name)
{
    private const uint SlaveAddress = 0x00;
    private const uint ControlStatus = 0x04;
    private const uint Data = 0x08;
    private const uint TimerPeriod = 0x0C;
    private const uint InterruptMask = 0x10;
    private const uint Configuration = 0x20;

    private const uint Start = 2;
    private const uint Error = 2;
    private const uint ArbitrationLost = 16;
    private const uint Idle = 32;
    private const uint MasterEnable = 16;

    private uint _address;
    private uint _status;
    private uint _data;
    private uint _period = 1;
    private uint _mask;
    private uint _configuration;

    public override void Reset()
    {
        (_address, _status, _data, _period, _mask, _configuration) = (0, 0, 0, 1, 0, 0);
        interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[_address, _status, _data, _period, _mask, _configuration])
        {
            writer.Write(value);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _address = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _data = reader.ReadUInt32();
        _period = reader.ReadUInt32();
        _mask = reader.ReadUInt32();
        _configuration = reader.ReadUInt32();
        interrupt.Restore(false);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        SlaveAddress => _address,
        ControlStatus => _status | Idle,
        Data => _data,
        TimerPeriod => _period,
        InterruptMask => _mask,
        Configuration => _configuration,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case SlaveAddress:
                _address = value & 0xFF;
                break;
            case ControlStatus when (_configuration & MasterEnable) != 0:
                _status |= Error | ((value & Start) != 0 ? ArbitrationLost : 0);
                break;
            case Data:
                _data = value & 0xFF;
                break;
            case TimerPeriod:
                _period = value & 0xFF;
                break;
            case InterruptMask:
                _mask = value & 1;
                break;
            case Configuration:
                _configuration = value & 0x31;
                break;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class StellarisI2cFactory : IDeviceFactory
{
    public string Type => "stellaris-i2c";

    public string Example => "i2c0: { type: stellaris-i2c, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new StellarisI2c(site.Name, site.Line());
}
