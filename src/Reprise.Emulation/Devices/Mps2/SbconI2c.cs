using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Mps2;

/// <summary>
/// Arm's two-wire interface SBCon (DUI 0447, section 4.4): software drives an I2C bus by two pins. Nobody is at the bus, as on
/// QEMU, so that the lines are as they are driven and no address is acknowledged.
/// </summary>
/// <param name="name">Name on the board.</param>
public sealed class SbconI2c(string name) : RegisterDevice(name)
{
    private const uint Set = 0x00;
    private const uint Clear = 0x04;
    private const uint Lines = 3;

    private uint _lines;

    public override void Reset() => _lines = 0;

    public override void Save(StateWriter writer) => writer.Write(_lines);

    public override void Restore(ref StateReader reader) => _lines = reader.ReadUInt32();

    protected override uint PeekRegister(uint offset) => offset == Set ? _lines : uint.MaxValue;

    protected override void WriteRegister(uint offset, uint value) => _lines = offset switch
    {
        Set => _lines | (value & Lines),
        Clear => _lines & ~value,
        _ => _lines,
    };
}

/// <summary>Makes it for board files.</summary>
internal sealed class SbconI2cFactory : IDeviceFactory
{
    public string Type => "sbcon-i2c";

    public string Example => "i2c0: { type: sbcon-i2c, address: 0x4000_0000 }";

    public IDevice Create(DeviceSite site) => new SbconI2c(site.Name);
}
