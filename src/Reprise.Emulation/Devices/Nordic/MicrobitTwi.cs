using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// The TWI of the BBC micro:bit, as far as QEMU has it: every transfer is done at once, and what is read are the
/// identifiers of the accelerometer (MMA8653, 0x5A) and then the magnetometer (MAG3110, 0x40), so that the start-up code
/// of the board finds both. QEMU reads past the end of that list; here the last one stays.
/// </summary>
public sealed class MicrobitTwi(string name) : RegisterDevice(name)
{
    private const uint Stopped = 0x104;
    private const uint ReceiveReady = 0x108;
    private const uint Sent = 0x11C;
    private const uint ReceiveData = 0x518;
    private const int Registers = 0x1000 / sizeof(uint);

    private static readonly uint[] _identifiers = [0x5A, 0x40];

    private readonly uint[] _values = new uint[Registers];
    private uint _index;

    public override void Reset()
    {
        Array.Clear(_values);
        _index = 0;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_index);
        foreach (var value in _values)
        {
            writer.Write(value);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _index = Math.Min(reader.ReadUInt32(), (uint)_identifiers.Length - 1);
        for (var i = 0; i < Registers; i++)
        {
            _values[i] = reader.ReadUInt32();
        }
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Stopped or ReceiveReady or Sent => 1,
        ReceiveData => _identifiers[_index],
        _ when offset / 4 < Registers => _values[offset / 4],
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset == ReceiveData && _index < _identifiers.Length - 1)
        {
            _index++;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset / 4 < Registers)
        {
            _values[offset / 4] = value;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class MicrobitTwiFactory : IDeviceFactory
{
    public string Type => "microbit-twi";

    public IDevice Create(DeviceSite site) => new MicrobitTwi(site.Name);
}
