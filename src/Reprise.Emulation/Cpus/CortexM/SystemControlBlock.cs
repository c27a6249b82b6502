using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Registers of the System Control Block, 0xD00 to 0xD8F (DDI 0403E, B3.2.2), and the identification registers;
/// the MPU's and CPACR are among them.
/// </summary>
internal sealed class SystemControlBlock(CortexMExceptions exceptions)
{
    public const uint Start = 0xD00;
    public const uint End = 0xE00;

    private const uint CpuId = 0xD00;
    private const uint InterruptControl = 0xD04;
    private const uint VectorTable = 0xD08;
    private const uint ResetControl = 0xD0C;
    private const uint Sleep = 0xD10;
    public const uint Configuration = 0xD14;
    private const uint Priorities1 = 0xD18;
    private const uint Priorities2 = 0xD1C;
    private const uint Priorities3 = 0xD20;
    private const uint HandlerState = 0xD24;
    private const uint ConfigurableFaults = 0xD28;
    private const uint HardFaults = 0xD2C;
    private const uint DebugFaults = 0xD30;
    private const uint MemManageAddress = 0xD34;
    private const uint BusFaultAddress = 0xD38;
    private const uint AuxiliaryFaults = 0xD3C;
    private const uint Identification = 0xD40;

    private const uint VectorKey = 0x05FA;
    private const uint VectorKeyRead = 0xFA05_0000;
    private const uint ResetRequest = 1u << 2;
    private const int PriorityGroupShift = 8;

    private const uint NmiSet = 1u << 31;
    private const uint PendSvSet = 1u << 28;
    private const uint PendSvClear = 1u << 27;
    private const uint SysTickSet = 1u << 26;
    private const uint SysTickClear = 1u << 25;
    private const uint InterruptPending = 1u << 22;
    private const int PendingShift = 12;
    private const uint ReturnToBase = 1u << 11;

    private readonly ExceptionTable _table = exceptions.Table;
    private readonly FaultStatus _faults = exceptions.Faults;
    private readonly SystemControl _control = exceptions.Control;
    private readonly HandlerControl _handlers = new(exceptions.Table);

    /// <summary>A one written clears the bit; a zero leaves it.</summary>
    public static bool ClearsOnes(uint offset) => offset is ConfigurableFaults or HardFaults or DebugFaults;

    public uint Peek(uint offset) => offset switch
    {
        CpuId => exceptions.Model.CpuId,
        InterruptControl => InterruptState(),
        VectorTable => _control.VectorTable,
        ResetControl => VectorKeyRead | ((uint)_table.PriorityGroup << PriorityGroupShift),
        Sleep => _control.Sleep,
        Configuration => _control.Configuration,
        Priorities1 => _handlers.Priorities(4),
        Priorities2 => _handlers.Priorities(8),
        Priorities3 => _handlers.Priorities(12),
        HandlerState => _handlers.State,
        ConfigurableFaults => _faults.Configurable,
        HardFaults => _faults.Hard,
        DebugFaults => _faults.Debug,
        MemManageAddress => _faults.MemManageAddress,
        BusFaultAddress => _faults.BusFaultAddress,
        AuxiliaryFaults => 0,
        >= Identification when (offset - Identification) / 4 < exceptions.Model.Identification.Count =>
            exceptions.Model.Identification[(int)(offset - Identification) / 4],
        FloatingPoint.AccessOffset => exceptions.FloatingPoint.Peek(offset),
        >= MemoryProtection.Start and < MemoryProtection.End => exceptions.Mpu.Peek(offset),
        _ => 0,
    };

    public void Write(uint offset, uint value)
    {
        switch (offset)
        {
            case InterruptControl:
                WriteInterruptControl(value);
                break;
            case VectorTable:
                _control.VectorTable = value;
                break;
            case ResetControl:
                WriteResetControl(value);
                break;
            case Sleep:
                _control.Sleep = value;
                break;
            case Configuration:
                _control.Configuration = value;
                break;
            case Priorities1:
                _handlers.SetPriorities(4, value);
                break;
            case Priorities2:
                _handlers.SetPriorities(8, value);
                break;
            case Priorities3:
                _handlers.SetPriorities(12, value);
                break;
            case HandlerState:
                _handlers.State = value;
                break;
            case ConfigurableFaults:
                _faults.Configurable &= ~value;
                break;
            case HardFaults:
                _faults.Hard &= ~value;
                break;
            case DebugFaults:
                _faults.Debug &= ~value;
                break;
            case MemManageAddress:
                _faults.MemManageAddress = value;
                break;
            case BusFaultAddress:
                _faults.BusFaultAddress = value;
                break;
            case FloatingPoint.AccessOffset:
                exceptions.FloatingPoint.Write(offset, value);
                break;
            case >= MemoryProtection.Start and < MemoryProtection.End:
                exceptions.Mpu.Write(offset, value);
                break;
            default:
                break;
        }
    }

    // ICSR, B3.2.4.
    private uint InterruptState()
    {
        var value = exceptions.Registers.Read(ArmRegister.Xpsr) & ProgramStatus.ExceptionMask;
        value |= _table.ActiveCount <= 1 ? ReturnToBase : 0;
        value |= (uint)_table.FirstHeldOrNot << PendingShift;
        value |= _table.AnyExternalPending ? InterruptPending : 0;
        value |= _table.IsPending(ExceptionNumber.SysTick) ? SysTickSet : 0;
        value |= _table.IsPending(ExceptionNumber.PendSv) ? PendSvSet : 0;
        return value | (_table.IsPending(ExceptionNumber.Nmi) ? NmiSet : 0);
    }

    // Set and clear at once is unpredictable; here, as in QEMU, set wins.
    private void WriteInterruptControl(uint value)
    {
        if ((value & NmiSet) != 0)
        {
            _table.Pend(ExceptionNumber.Nmi);
        }

        SetOrClear(ExceptionNumber.PendSv, (value & PendSvSet) != 0, (value & PendSvClear) != 0);
        SetOrClear(ExceptionNumber.SysTick, (value & SysTickSet) != 0, (value & SysTickClear) != 0);
    }

    private void SetOrClear(int number, bool set, bool clear)
    {
        if (set)
        {
            _table.Pend(number);
        }
        else if (clear)
        {
            _table.Unpend(number);
        }
    }

    // VECTCLRACTIVE and VECTRESET belong to a debugger that halts the core (B3.2.6); they do nothing here.
    private void WriteResetControl(uint value)
    {
        if (value >> 16 != VectorKey)
        {
            return;
        }

        _table.PriorityGroup = exceptions.Model.IsBaseline ? 0 : (int)(value >> PriorityGroupShift);
        if ((value & ResetRequest) != 0)
        {
            exceptions.RequestReset();
        }
    }
}
