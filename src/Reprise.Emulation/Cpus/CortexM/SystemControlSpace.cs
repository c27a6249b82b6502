using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The System Control Space at <see cref="BaseAddress"/> (DDI 0403E, B3.2): SysTick, NVIC and SCB as registers. It
/// keeps only what <see cref="CortexMExceptions"/> doesn't; both must be saved, restored and reset.
/// Every register takes bytes and halfwords: a narrow write leaves the rest of the register as it was. The manual
/// grants that to priorities and fault status only, and leaves the others unpredictable.
/// </summary>
/// <param name="exceptions">The exception model behind the registers.</param>
/// <param name="clock">The machine's clock.</param>
/// <param name="processorClock">Clock of the processor.</param>
/// <param name="referenceFrequency">External reference clock of SysTick in Hz; 0 for none.</param>
/// <param name="trace">What DEMCR.TRCENA switches on; null where there is no DEMCR.</param>
public sealed class SystemControlSpace(
    CortexMExceptions exceptions,
    VirtualClock clock,
    ClockSource processorClock,
    uint referenceFrequency,
    DataWatchpointUnit? trace = null)
    : IDevice
{
    public const uint BaseAddress = 0xE000_E000;

    /// <summary>Bytes of it.</summary>
    public const uint Size = 0x1000;

    private const uint InterruptControllerType = 0x004;
    private const uint AuxiliaryControl = 0x008;
    private const uint AuxiliaryControlMask = 7;

    // DEMCR (C1.6.5), of which only TRCENA is there.
    private const uint DebugMonitorControl = 0xDFC;
    private const uint TraceEnable = 1u << 24;

    private readonly SysTick _sysTick = new(exceptions, clock, processorClock, referenceFrequency);
    private readonly NvicRegisters _nvic = new(exceptions.Table);
    private readonly SystemControlBlock _scb = new(exceptions);
    private readonly uint _interruptBanks = (uint)(exceptions.Table.Count - ExceptionNumber.External + 31) / 32;
    private uint _auxiliaryControl;

    /// <param name="exceptions">The exception model behind the registers.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="processorFrequency">Clock of the processor in Hz, which never changes.</param>
    /// <param name="referenceFrequency">External reference clock of SysTick in Hz; 0 for none.</param>
    public SystemControlSpace(
        CortexMExceptions exceptions, VirtualClock clock, uint processorFrequency, uint referenceFrequency)
        : this(exceptions, clock, new ClockSource(processorFrequency), referenceFrequency)
    {
    }

    public string Name => "scs";

    public uint Read(uint offset, int size)
    {
        var value = Peek(offset, size);
        if (Covers(offset, size, SysTick.CountFlagOffset))
        {
            _sysTick.ClearCountFlag();
        }

        return value;
    }

    public uint Peek(uint offset, int size) =>
        IsAligned(offset, size) ? (PeekRegister(offset & ~3u) >> Shift(offset)) & Mask(size) : 0;

    public void Write(uint offset, uint value, int size)
    {
        if (!IsAligned(offset, size))
        {
            return;
        }

        var register = offset & ~3u;
        var mask = Mask(size) << Shift(offset);
        var rest = size == 4 || OnesAct(register) ? 0 : PeekRegister(register) & ~mask;
        WriteRegister(register, rest | ((value << Shift(offset)) & mask));
    }

    /// <summary>SysTick and ACTLR at power-on; the rest is reset with the exceptions.</summary>
    public void Reset()
    {
        _sysTick.Reset();
        _auxiliaryControl = 0;
    }

    public void Save(StateWriter writer)
    {
        _sysTick.Save(writer);
        writer.Write(_auxiliaryControl);
    }

    public void Restore(ref StateReader reader)
    {
        _sysTick.Restore(ref reader);
        _auxiliaryControl = reader.ReadUInt32() & AuxiliaryControlMask;
    }

    private static bool IsAligned(uint offset, int size) => offset % (uint)size == 0;

    private static bool Covers(uint offset, int size, uint target) =>
        IsAligned(offset, size) && target >= offset && target < offset + (uint)size;

    private static int Shift(uint offset) => 8 * (int)(offset & 3);

    private static uint Mask(int size) => uint.MaxValue >> (32 - (8 * size));

    // Zeros written to these do nothing, so that a narrow write needs no rest.
    private static bool OnesAct(uint register) =>
        register is >= NvicRegisters.Start and < NvicRegisters.PriorityStart || SystemControlBlock.ClearsOnes(register);

    private uint PeekRegister(uint offset) => offset switch
    {
        _ when exceptions.Model.IsBaseline && !BaselineRegisters.Contains(offset) => PeripheralId(offset),
        SystemControlBlock.Configuration when exceptions.Model.IsBaseline => BaselineRegisters.Configuration,
        InterruptControllerType => _interruptBanks - 1,
        AuxiliaryControl => _auxiliaryControl,
        DebugMonitorControl => trace is { TraceEnabled: true } ? TraceEnable : 0,
        >= SysTick.ControlOffset and <= SysTick.CalibrationOffset => _sysTick.Peek(offset),
        >= NvicRegisters.Start and < NvicRegisters.End => _nvic.Peek(offset),
        >= SystemControlBlock.Start and < SystemControlBlock.End => _scb.Peek(offset),
        >= FloatingPoint.Start and < FloatingPoint.End => exceptions.FloatingPoint.Peek(offset),
        _ => PeripheralId(offset),
    };

    private void WriteRegister(uint offset, uint value)
    {
        if (exceptions.Model.IsBaseline && !BaselineRegisters.AreWritable(offset))
        {
            return;
        }

        switch (offset)
        {
            case DebugMonitorControl when trace is not null:
                trace.TraceEnabled = (value & TraceEnable) != 0;
                break;
            case AuxiliaryControl:
                _auxiliaryControl = value & AuxiliaryControlMask;
                break;
            case >= SysTick.ControlOffset and <= SysTick.CalibrationOffset:
                _sysTick.Write(offset, value);
                break;
            case (>= NvicRegisters.Start and < NvicRegisters.End) or NvicRegisters.SoftwareTrigger:
                _nvic.Write(offset, value);
                break;
            case >= SystemControlBlock.Start and < SystemControlBlock.End:
                _scb.Write(offset, value);
                break;
            case >= FloatingPoint.Start and < FloatingPoint.End:
                exceptions.FloatingPoint.Write(offset, value);
                break;
            default:
                break;
        }
    }

    // PID0 to 3 and CID0 to 3 (DDI 0403E, B3.2.2 and appendix D); QEMU's, the same for all models.
    private static uint PeripheralId(uint offset) => offset switch
    {
        0xFE4 => 0xB0,
        0xFE8 => 0x1B,
        0xFF0 => 0x0D,
        0xFF4 => 0xE0,
        0xFF8 => 0x05,
        0xFFC => 0xB1,
        _ => 0,
    };
}
