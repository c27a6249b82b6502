using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Network;

/// <summary>
/// The PHY inside a LAN9118 (data sheet, section 5.5), whose link is always up: auto-negotiation is over at once, with a
/// partner that can do everything. Special registers (17, 18, 27, 31) read as zero, as on QEMU.
/// </summary>
internal sealed class Lan9118Phy
{
    private const uint ResetBit = 0x8000;
    private const uint LoopbackBit = 0x4000;
    private const uint Status = 0x782D;
    private const uint EnergyAndNegotiated = 0xC0;

    private uint _control;
    private uint _advertisement;
    private uint _sources;
    private uint _mask;

    /// <summary>An interrupt that is not masked.</summary>
    public bool IsRequesting => (_sources & _mask) != 0;

    /// <summary>What is sent comes back.</summary>
    public bool IsLoopback => (_control & LoopbackBit) != 0;

    public void Reset() => (_control, _advertisement, _sources, _mask) = (0x3000, 0x01E1, EnergyAndNegotiated, 0);

    /// <summary>The guest's read: of the interrupt sources (29) it clears them.</summary>
    public uint Read(uint register)
    {
        switch (register)
        {
            case 29:
                var sources = _sources;
                _sources = 0;
                return sources;
            default:
                return register switch
                {
                    0 => _control,
                    1 => Status,
                    2 => 0x0007,
                    3 => 0xC0D1,
                    4 => _advertisement,
                    5 => 0x0F71,
                    6 => 1,
                    30 => _mask,
                    _ => 0,
                };
        }
    }

    public void Write(uint register, uint value)
    {
        switch (register)
        {
            case 0 when (value & ResetBit) != 0:
                Reset();
                break;
            case 0:
                _control = value & 0x7980;
                break;
            case 4:
                _advertisement = (value & 0x2D7F) | 0x80;
                break;
            case 30:
                _mask = value & 0xFF;
                break;
        }
    }

    public void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[_control, _advertisement, _sources, _mask])
        {
            writer.Write(value);
        }
    }

    public void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _advertisement = reader.ReadUInt32();
        _sources = reader.ReadUInt32();
        _mask = reader.ReadUInt32();
    }
}
