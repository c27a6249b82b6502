using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices.Network;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stellaris;

/// <summary>
/// The Ethernet controller of the Stellaris (LM3S6965 data sheet, chapter 15) with its cable pulled: a frame that is sent
/// is gone at once, none comes in, and as on QEMU the PHY's registers read as zero.
/// </summary>
public sealed class StellarisEthernet : RegisterDevice
{
    private const uint InterruptStatus = 0x00;
    private const uint InterruptMask = 0x04;
    private const uint ReceiveControl = 0x08;
    private const uint TransmitControl = 0x0C;
    private const uint Data = 0x10;
    private const uint Address0 = 0x14;
    private const uint Address1 = 0x18;
    private const uint Threshold = 0x1C;
    private const uint ManagementControl = 0x20;
    private const uint ManagementDivider = 0x24;
    private const uint ManagementTransmit = 0x2C;
    private const uint TransmitRequest = 0x38;

    private const uint TransmitError = 2;
    private const uint TransmitIsEmpty = 4;
    private const uint OwnCrc = 4;
    private const uint NoThreshold = 0x3F;
    private const uint FifoSize = 2048;
    private const uint LongestFrame = 2032;

    private readonly InterruptLine _interrupt;
    private readonly ulong _address;
    private readonly uint[] _values;
    private uint _raw;
    private uint _fill;
    private uint _length;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">Its interrupt.</param>
    /// <param name="address">MAC address at reset, the first byte lowest.</param>
    public StellarisEthernet(string name, InterruptLine interrupt, ulong address)
        : base(name)
    {
        (_interrupt, _address) = (interrupt, address);
        _values = InitialValues();
    }

    private bool InterruptLevel => (_raw & this[InterruptMask]) != 0;

    private ref uint this[uint offset] => ref _values[offset / 4];

    public override void Reset()
    {
        InitialValues().CopyTo(_values, 0);
        (_raw, _fill, _length) = (0, 0, 0);
        _interrupt.Level = InterruptLevel;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[.. _values, _raw, _fill, _length])
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
        _fill = reader.ReadUInt32();
        _length = reader.ReadUInt32();
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        InterruptStatus => _raw,
        <= TransmitRequest => this[offset],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case InterruptStatus:
                _raw &= ~value;
                _fill = (value & TransmitError) != 0 ? 0 : _fill;
                break;
            case Data:
                Fill(value);
                break;
            case Address1:
                this[offset] = value & 0xFFFF;
                break;
            case ManagementControl:
                // START falls at once: the transfer is done.
                this[offset] = value & ~1u;
                break;
            case ManagementTransmit:
                this[offset] = value & 0xFF;
                break;
            case TransmitRequest when (value & 1) != 0:
                Send();
                break;
            case InterruptMask or ReceiveControl or TransmitControl or Address0 or Threshold or ManagementDivider:
                this[offset] = value;
                break;
        }

        _interrupt.Level = InterruptLevel;
    }

    private uint[] InitialValues()
    {
        var values = new uint[(TransmitRequest / 4) + 1];
        values[InterruptMask / 4] = 0x7F;
        values[ReceiveControl / 4] = 8;
        values[Address0 / 4] = (uint)_address;
        values[Address1 / 4] = (uint)(_address >> 32);
        values[Threshold / 4] = NoThreshold;
        values[ManagementDivider / 4] = 0x80;
        return values;
    }

    // The first word begins with the length of what follows the 14 bytes of the header.
    private void Fill(uint word)
    {
        if (_fill == 0)
        {
            _length = word & 0xFFFF;
            if (_length > LongestFrame)
            {
                _raw |= TransmitError;
                return;
            }
        }

        _fill = Math.Min(_fill + 4, FifoSize);
        var whole = _length + 16 + ((this[TransmitControl] & OwnCrc) != 0 ? 0u : 4u);
        if (this[Threshold] < NoThreshold
            && _fill >= 4 * ((this[Threshold] * 8) + 1)
            && _fill >= Math.Min(whole, FifoSize))
        {
            Send();
        }
    }

    private void Send()
    {
        _fill = 0;
        _raw |= TransmitIsEmpty;
    }
}

/// <summary>Makes it for board files.</summary>
file sealed class Factory : IDeviceFactory
{
    public string Type => "stellaris-ethernet";

    public string Example =>
        "ethernet: { type: stellaris-ethernet, address: 0x4000_0000, irq: 0, mac: 52-54-00-12-34-56 }";

    public IDevice Create(DeviceSite site) => new StellarisEthernet(site.Name, site.Line(), MacAddress.Read(site));
}
