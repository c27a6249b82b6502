using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Flash interface of the STM32F1 (RM0041 chapter 2, PM0063), which QEMU does not have. Erasing and programming take no
/// time; there are no option bytes, no protections and no errors.
/// </summary>
public sealed class Stm32F1Flash(string name, FlashArea area, uint pageSize) : RegisterDevice(name), IFlashController
{
    private const uint AccessControl = 0x00;
    private const uint Key = 0x04;
    private const uint Status = 0x0C;
    private const uint Control = 0x10;
    private const uint Address = 0x14;
    private const uint Options = 0x1C;
    private const uint WriteProtection = 0x20;

    private const uint Program = 1;
    private const uint PageErase = 2;
    private const uint MassErase = 4;
    private const uint Start = 1 << 6;
    private const uint Locked = 1 << 7;
    private const uint ControlMask = 0x1637;
    private const uint EndOfOperation = 1 << 5;
    private const uint PowerOnAccess = 0x30;
    private const uint PowerOnOptions = 0x03FF_FFFC;

    private readonly FlashLock _lock = new();
    private uint _access = PowerOnAccess;
    private uint _status;
    private uint _control;
    private uint _address;

    public bool IsProgramming => !_lock.IsLocked && (_control & Program) != 0;

    public override void Reset()
    {
        _lock.Reset();
        (_access, _status, _control, _address) = (PowerOnAccess, 0, 0, 0);
    }

    public override void Save(StateWriter writer)
    {
        _lock.Save(writer);
        writer.Write(_access);
        writer.Write(_status);
        writer.Write(_control);
        writer.Write(_address);
    }

    public override void Restore(ref StateReader reader)
    {
        _lock.Restore(ref reader);
        _access = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _address = reader.ReadUInt32();
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        AccessControl => _access,
        Status => _status,
        Control => _control | (_lock.IsLocked ? Locked : 0),
        Address => _address,
        Options => PowerOnOptions,
        WriteProtection => uint.MaxValue,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case AccessControl:
                // PRFTBS follows PRFTBE.
                _access = (value & 0x1F) | ((value & 0x10) << 1);
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
            case Address:
                _address = value;
                break;
        }
    }

    private void WriteControl(uint value)
    {
        _control = value & ControlMask;
        if ((value & Start) != 0 && (value & (PageErase | MassErase)) != 0)
        {
            if ((value & MassErase) != 0)
            {
                area.EraseAll();
            }
            else if (_address >= area.Address)
            {
                area.Erase((_address - area.Address) / pageSize * pageSize, pageSize);
            }

            _status |= EndOfOperation;
        }

        if ((value & Locked) != 0)
        {
            _lock.Lock();
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32F1FlashFactory : IDeviceFactory
{
    public string Type => "stm32f1-flash";

    public uint Size => 0x400;

    public string Example =>
        "interface: { type: stm32f1-flash, address: 0x4000_0000, flash-address: 0, flash-size: 256 KiB }";

    public IDevice Create(DeviceSite site) => new Stm32F1Flash(
        site.Name,
        new FlashArea(site.Memory, site.Options.Word("flash-address"), site.Options.Size("flash-size")),
        site.Options.Size("page-size", fallback: 1024));
}
