using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Flash interface of the STM32F2 and F4 (RM0090 chapter 3, PM0059), which QEMU does not have. Erasing and programming
/// take no time; protections and option bytes are kept without effect, and there are no errors.
/// </summary>
public sealed class Stm32Flash(string name, FlashArea area) : RegisterDevice(name), IFlashController
{
    private const uint AccessControl = 0x00;
    private const uint Key = 0x04;
    private const uint Status = 0x0C;
    private const uint Control = 0x10;
    private const uint OptionControl = 0x14;

    private const uint Program = 1;
    private const uint SectorErase = 2;
    private const uint MassErase = 4;
    private const int SectorShift = 3;
    private const uint SectorMask = 0xF;
    private const uint Start = 1 << 16;
    private const uint EndInterrupt = 1 << 24;
    private const uint Locked = 1u << 31;
    private const uint ControlMask = 0x0300_037F;
    private const uint EndOfOperation = 1;

    // FLASH_OPTCR as it leaves the factory.
    private const uint PowerOnOptions = 0x0FFF_AAED;

    private readonly FlashLock _lock = new();
    private uint _access;
    private uint _status;
    private uint _control;
    private uint _options = PowerOnOptions;

    public bool IsProgramming => !_lock.IsLocked && (_control & Program) != 0;

    public override void Reset()
    {
        _lock.Reset();
        (_access, _status, _control, _options) = (0, 0, 0, PowerOnOptions);
    }

    public override void Save(StateWriter writer)
    {
        _lock.Save(writer);
        writer.Write(_access);
        writer.Write(_status);
        writer.Write(_control);
        writer.Write(_options);
    }

    public override void Restore(ref StateReader reader)
    {
        _lock.Restore(ref reader);
        _access = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _options = reader.ReadUInt32();
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        AccessControl => _access,
        Status => _status,
        Control => _control | (_lock.IsLocked ? Locked : 0),
        OptionControl => _options,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case AccessControl:
                _access = value & 0x1F07;
                break;
            case Key:
                _lock.Turn(value);
                break;
            case Status:
                _status &= ~value;
                break;
            case Control when !_lock.IsLocked:
                WriteControl(value);
                break;
            case OptionControl:
                _options = value & 0x0FFF_FFED;
                break;
        }
    }

    // Sectors: four of 16 KiB, one of 64 KiB, then 128 KiB each.
    private static (uint Offset, uint Size) Sector(uint number) => number switch
    {
        < 4 => (number << 14, 1 << 14),
        4 => (1 << 16, 1 << 16),
        _ => ((number - 4) << 17, 1 << 17),
    };

    private void WriteControl(uint value)
    {
        _control = value & ControlMask;
        if ((value & Start) != 0 && (value & (SectorErase | MassErase)) != 0)
        {
            if ((value & MassErase) != 0)
            {
                area.EraseAll();
            }
            else
            {
                var (offset, size) = Sector((value >> SectorShift) & SectorMask);
                area.Erase(offset, size);
            }

            _status |= (value & EndInterrupt) != 0 ? EndOfOperation : 0;
        }

        if ((value & Locked) != 0)
        {
            _lock.Lock();
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32FlashFactory : IDeviceFactory
{
    public string Type => "stm32-flash";

    public uint Size => 0x400;

    public string Example =>
        "interface: { type: stm32-flash, address: 0x4000_0000, flash-address: 0, flash-size: 256 KiB }";

    public IDevice Create(DeviceSite site) => new Stm32Flash(
        site.Name,
        new FlashArea(site.Memory, site.Options.Word("flash-address"), site.Options.Size("flash-size")));
}
