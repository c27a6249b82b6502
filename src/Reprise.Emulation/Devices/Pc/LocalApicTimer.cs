using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The timer of a local APIC: from its initial count to zero, once or over and over, at 1 GHz by its divider, as QEMU has
/// it. It costs nothing while it counts.
/// </summary>
internal sealed class LocalApicTimer
{
    private readonly VirtualClock _clock;
    private readonly DeviceTimer _alarm;
    private readonly Action _expired;
    private uint _initial;
    private uint _divide;
    private bool _periodic;
    private ulong _start;

    public LocalApicTimer(string name, VirtualClock clock, Action expired)
    {
        _clock = clock;
        _expired = expired;
        _alarm = clock.CreateTimer(name, OnAlarm);
    }

    public uint Initial => _initial;

    public uint Count
    {
        get
        {
            var passed = Passed;
            return _initial == 0 ? 0
                : _periodic ? (uint)(_initial - (passed % ((ulong)_initial + 1)))
                : passed < _initial ? (uint)(_initial - passed) : 0;
        }
    }

    /// <summary>The divide configuration register: bits 3, 1 and 0.</summary>
    public uint Divide
    {
        get => _divide;
        set
        {
            _divide = value;
            SetAlarm();
        }
    }

    public bool IsPeriodic
    {
        get => _periodic;
        set
        {
            if (_periodic != value)
            {
                _periodic = value;
                SetAlarm();
            }
        }
    }

    // 0 divides by 2, 6 by 128, 7 by 1.
    private int Shift => (int)(((((_divide & 8) >> 1) | (_divide & 3)) + 1) & 7);

    private ulong Passed => (_clock.Now - Math.Min(_start, _clock.Now)) >> Shift;

    public void Start(uint initial)
    {
        _initial = initial;
        _start = _clock.Now;
        SetAlarm();
    }

    public void Reset()
    {
        (_initial, _divide, _periodic, _start) = (0, 0, false, 0);
        _alarm.Clear();
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_initial);
        writer.Write(_divide);
        writer.Write(_periodic);
        writer.Write(_start);
    }

    public void Restore(ref StateReader reader)
    {
        _initial = reader.ReadUInt32();
        _divide = reader.ReadUInt32();
        _periodic = reader.ReadBoolean();
        _start = reader.ReadUInt64();
    }

    private void OnAlarm()
    {
        SetAlarm();
        _expired();
    }

    // A period is one step longer than the count: it stays at zero for a step.
    private void SetAlarm()
    {
        UInt128 next = 0;
        if (_initial != 0)
        {
            var period = (ulong)_initial + 1;
            next = Passed < _initial ? _initial
                : _periodic ? _initial + (((UInt128)((Passed - _initial) / period) + 1) * period)
                : 0;
        }

        var time = _start + (next << Shift);
        _alarm.Set(next == 0 || time > ulong.MaxValue ? ulong.MaxValue : (ulong)time);
    }
}
