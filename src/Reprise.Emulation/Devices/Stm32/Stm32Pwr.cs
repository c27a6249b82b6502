using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Power control of the STM32F1, F2 and F4 (RM0041 chapter 4, RM0033 chapter 4, RM0090 chapter 5), which QEMU does not
/// have. Nothing loses power: the regulators are ready as soon as they are asked for.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="scalesVoltage">CSR has VOSRDY, always set: the F4.</param>
public sealed class Stm32Pwr(string name, bool scalesVoltage) : ByteLaneDevice(name)
{
    private const uint Control = 0x00;
    private const uint Status = 0x04;

    private const uint ClearFlags = 0b1100;
    private const uint ControlMask = 0x0000_FFF3;
    private const uint PowerOnScale = 1 << 14;
    private const uint StatusMask = 0x300;
    private const uint BackupRegulatorOn = 1 << 9;
    private const uint BackupRegulatorReady = 1 << 3;
    private const uint ScalingReady = 1 << 14;

    private uint _control = scalesVoltage ? PowerOnScale : 0;
    private uint _status;

    public override void Reset() => (_control, _status) = (scalesVoltage ? PowerOnScale : 0, 0);

    public override void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_status);
    }

    public override void Restore(ref StateReader reader) =>
        (_control, _status) = (reader.ReadUInt32(), reader.ReadUInt32());

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Control => _control,
        Status => _status
            | ((_status & BackupRegulatorOn) != 0 ? BackupRegulatorReady : 0)
            | (scalesVoltage ? ScalingReady : 0),
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control:
                // CWUF and CSBF clear flags that are never set.
                _control = value & ControlMask & ~ClearFlags;
                break;
            case Status:
                _status = value & StatusMask;
                break;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32PwrFactory : IDeviceFactory
{
    public string Type => "stm32-pwr";

    public uint Size => 0x400;

    public IDevice Create(DeviceSite site) =>
        new Stm32Pwr(site.Name, site.Options.Flag("voltage-scaling", fallback: false));
}
