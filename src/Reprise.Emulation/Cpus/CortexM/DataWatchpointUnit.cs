using Reprise.Emulation.Devices;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Of the Data Watchpoint and Trace unit (DDI 0403E, C1.8) the cycle counter: CYCCNT counts the processor's clock in virtual
/// time while DEMCR.TRCENA and DWT_CTRL.CYCCNTENA are set, and goes on while the processor sleeps. So it keeps step with
/// SysTick, and a delay loop that reads it takes the time it is meant to. There are no comparators
/// and no other counters: their registers read as zero, and so do those of the lock, which lets everything pass.
/// </summary>
public sealed class DataWatchpointUnit : RegisterDevice
{
    public const uint BaseAddress = 0xE000_1000;

    /// <summary>Bytes of it.</summary>
    public const uint Size = 0x1000;

    private const uint ControlOffset = 0x000;
    private const uint CycleCountOffset = 0x004;

    private const uint CycleCountEnable = 1u << 0;

    private readonly UpCounter _cycles;
    private uint _held;
    private bool _traceEnabled;
    private bool _counts;

    /// <param name="clock">The machine's clock.</param>
    /// <param name="processorClock">Clock of the processor.</param>
    public DataWatchpointUnit(VirtualClock clock, ClockSource processorClock)
        : base("dwt")
    {
        _cycles = new UpCounter(clock, processorClock);
        processorClock.Changing += () => _held = _cycles.Count;
        processorClock.Changed += () => _cycles.SetCount(_held);
    }

    /// <summary>DEMCR.TRCENA (C1.6.5): without it nothing is counted.</summary>
    public bool TraceEnabled
    {
        get => _traceEnabled;
        set
        {
            _traceEnabled = value;
            Follow();
        }
    }

    public override void Reset()
    {
        (_traceEnabled, _counts) = (false, false);
        Follow();
        _cycles.SetCount(0);
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_traceEnabled);
        writer.Write(_counts);
        _cycles.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _traceEnabled = reader.ReadBoolean();
        _counts = reader.ReadBoolean();
        _cycles.Restore(ref reader);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        ControlOffset => _counts ? CycleCountEnable : 0,
        CycleCountOffset => _cycles.Count,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case ControlOffset:
                _counts = (value & CycleCountEnable) != 0;
                Follow();
                break;
            case CycleCountOffset:
                _cycles.SetCount(value);
                break;
        }
    }

    private void Follow() => _cycles.Configure(_traceEnabled && _counts, uint.MaxValue, 1);
}
