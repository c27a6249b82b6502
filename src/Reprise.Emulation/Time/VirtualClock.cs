using Reprise.Emulation.State;

namespace Reprise.Emulation.Time;

/// <summary>
/// The machine's only time: nanoseconds since power-on, position x ns per instruction + idle time skipped (law 3).
/// Timers fire in order of deadline, then of creation, so that equal deadlines have one order on every run.
/// </summary>
public sealed class VirtualClock
{
    private readonly List<DeviceTimer> _timers = [];
    private ulong _nextDeadline = ulong.MaxValue;
    private bool _stale;

    /// <summary>Virtual time in nanoseconds. Exact during a device access.</summary>
    public ulong Now { get; set; }

    /// <summary>Earliest deadline of all timers, or <see cref="ulong.MaxValue"/> when none is set.</summary>
    public ulong NextDeadline
    {
        get
        {
            if (_stale)
            {
                _nextDeadline = ulong.MaxValue;
                foreach (var timer in _timers)
                {
                    _nextDeadline = Math.Min(_nextDeadline, timer.Deadline);
                }

                _stale = false;
            }

            return _nextDeadline;
        }
    }

    /// <summary>Makes a timer; called while a board is built, never later.</summary>
    public DeviceTimer CreateTimer(string name, Action expired)
    {
        var timer = new DeviceTimer(name, expired, () => _stale = true);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Fires every timer whose deadline is at or before <see cref="Now"/>.</summary>
    public void FireExpired()
    {
        while (NextDeadline <= Now)
        {
            var deadline = NextDeadline;
            foreach (var timer in _timers)
            {
                if (timer.Deadline == deadline)
                {
                    timer.Expire();
                    break;
                }
            }
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write(Now);
        foreach (var timer in _timers)
        {
            writer.Write(timer.Deadline);
        }
    }

    public void Restore(ref StateReader reader)
    {
        Now = reader.ReadUInt64();
        foreach (var timer in _timers)
        {
            timer.Set(reader.ReadUInt64());
        }

        _stale = true;
    }
}
