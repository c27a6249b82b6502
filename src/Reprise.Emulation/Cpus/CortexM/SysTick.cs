using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Cmsdk;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The system timer (DDI 0403E, B3.3): a 24-bit down-counter with a period of RELOAD + 1 ticks. The count falls from
/// one to zero, which sets COUNTFLAG and, with TICKINT, pends SysTick; the tick after that loads RELOAD. Writing the
/// current value makes it zero without either. A reload of zero stops it at its next zero.
/// One counter for each of the two clocks; only the one CLKSOURCE selects runs.
/// </summary>
internal sealed class SysTick
{
    public const uint ControlOffset = 0x10;
    public const uint ReloadOffset = 0x14;
    public const uint ValueOffset = 0x18;
    public const uint CalibrationOffset = 0x1C;

    /// <summary>The byte of CSR that holds COUNTFLAG; a read of CSR clears it.</summary>
    public const uint CountFlagOffset = ControlOffset + 2;

    private const uint Enable = 1u << 0;
    private const uint InterruptEnable = 1u << 1;
    private const uint ProcessorClock = 1u << 2;
    private const uint CountFlag = 1u << 16;
    private const uint ControlMask = Enable | InterruptEnable | ProcessorClock;
    private const uint CountMask = 0xFF_FFFF;
    private const uint Skew = 1u << 30;
    private const uint NoReferenceClock = 1u << 31;

    private readonly CortexMExceptions _exceptions;
    private readonly DownCounter _reference;
    private readonly DownCounter _processor;
    private readonly DeviceTimer _alarm;
    private readonly uint _calibration;
    private readonly bool _hasReference;
    private uint _control;
    private uint _reload;
    private bool _countFlag;

    public SysTick(
        CortexMExceptions exceptions, VirtualClock clock, ClockSource processorClock, uint referenceFrequency)
    {
        _exceptions = exceptions;
        _hasReference = referenceFrequency != 0;
        _reference = new DownCounter(clock, Math.Max(referenceFrequency, 1));
        _processor = new DownCounter(clock, processorClock);
        _alarm = clock.CreateTimer("systick", OnZero);
        processorClock.Changed += Update;
        _control = NoReference;
        if (!_hasReference)
        {
            _calibration = NoReferenceClock;
            return;
        }

        // TENMS: the reload value for 10 ms of the reference clock; SKEW when there is no exact one.
        _calibration = ((referenceFrequency / 100) - 1) & CountMask;
        _calibration |= referenceFrequency % 100 == 0 ? 0 : Skew;
    }

    /// <summary>Without a reference clock CLKSOURCE is always set (B3.3.3).</summary>
    private uint NoReference => _hasReference ? 0 : ProcessorClock;

    private DownCounter Counter => (_control & ProcessorClock) != 0 ? _processor : _reference;

    /// <summary>What a read of the byte at <see cref="CountFlagOffset"/> does.</summary>
    public void ClearCountFlag()
    {
        if (_countFlag)
        {
            _countFlag = false;
            Update();
        }
    }

    public uint Peek(uint offset) => offset switch
    {
        ControlOffset => _control | (_countFlag ? CountFlag : 0),
        ReloadOffset => _reload,
        ValueOffset => Counter.Count,
        CalibrationOffset => _calibration,
        _ => 0,
    };

    public void Write(uint offset, uint value)
    {
        switch (offset)
        {
            case ControlOffset:
                SetControl((value & ControlMask) | NoReference);
                break;
            case ReloadOffset:
                _reload = value & CountMask;
                Counter.Configure(Counter.Running, _reload);
                break;
            case ValueOffset:
                Counter.SetCount(0);
                _countFlag = false;
                break;
            default:
                return;
        }

        Update();
    }

    public void Reset()
    {
        (_control, _reload, _countFlag) = (NoReference, 0, false);
        foreach (var counter in (ReadOnlySpan<DownCounter>)[_reference, _processor])
        {
            counter.Configure(running: false, reload: 0);
            counter.SetCount(0);
        }

        Update();
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_reload);
        writer.Write(_countFlag);
        _reference.Save(writer);
        _processor.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32() & ControlMask;
        _reload = reader.ReadUInt32() & CountMask;
        _countFlag = reader.ReadBoolean();
        _reference.Restore(ref reader);
        _processor.Restore(ref reader);
    }

    private void SetControl(uint control)
    {
        var before = Counter;
        _control = control;
        var running = (control & Enable) != 0;
        if (before != Counter)
        {
            var count = before.Count;
            before.Configure(running: false, reload: 0);
            Counter.SetCount(count);
        }

        Counter.Configure(running, _reload);
    }

    private void OnZero()
    {
        _countFlag = true;
        if ((_control & InterruptEnable) != 0)
        {
            _exceptions.Table.Pend(ExceptionNumber.SysTick);
        }

        Update();
    }

    // Without an interrupt the alarm is needed only where it would set COUNTFLAG.
    private void Update()
    {
        var needed = (_control & InterruptEnable) != 0 || !_countFlag;
        _alarm.Set(needed ? Counter.NextZero : ulong.MaxValue);
    }
}
