using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

// Goal: step and continue both ways.
//
// Invariants:
// - Backward, the hit is found without a stop at each one: intervals that can hold a hit are replayed once each, newest
//   first, noting the last hit; then the machine is put there.
// - A breakpoint's hit is a position whose settled PC it is. Backward it must lie before the current position.
// - A watched access stops forward runs before its instruction, as ARM does, and backward runs behind it: going back one
//   instruction from there undoes it. An access by the instruction just before the current position is a hit, of a
//   step back too: gdb has not seen it yet. Where such a place is a breakpoint's as well, the access is told: gdb would
//   step back from a breakpoint and miss it.

/// <summary>Moves on a timeline the way a debugger wants to.</summary>
public sealed class Traveler
{
    /// <summary>Instructions replayed between two looks at whether to stop: about 5 ms.</summary>
    private const ulong Slice = 5_000_000;

    private readonly Timeline _timeline;
    private readonly Recorder? _recorder;
    private readonly List<ulong> _breakpoints = [];
    private readonly List<(ulong Address, ulong Length, WatchKinds Kinds)> _watchpoints = [];

    /// <param name="timeline">Where to travel.</param>
    /// <param name="recorder">Continues it behind its end; null for a finished recording.</param>
    public Traveler(Timeline timeline, Recorder? recorder)
    {
        _timeline = timeline;
        _recorder = recorder;
    }

    public Timeline Timeline => _timeline;

    public Recorder? Recorder => _recorder;

    /// <summary>Twice is once.</summary>
    public void AddBreakpoint(ulong address)
    {
        if (!_breakpoints.Contains(address))
        {
            _breakpoints.Add(address);
            _timeline.Machine.Engine.AddBreakpoint(address);
        }
    }

    public bool RemoveBreakpoint(ulong address)
    {
        _timeline.Machine.Engine.RemoveBreakpoint(address);
        return _breakpoints.Remove(address);
    }

    /// <summary>Twice is once.</summary>
    public void AddWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        if (!_watchpoints.Contains((address, length, kinds)))
        {
            _watchpoints.Add((address, length, kinds));
            _timeline.Machine.Engine.AddWatchpoint(address, length, kinds);
        }
    }

    public bool RemoveWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        _timeline.Machine.Engine.RemoveWatchpoint(address, length, kinds);
        return _watchpoints.Remove((address, length, kinds));
    }

    /// <summary>Executes one instruction.</summary>
    public TravelStop Step(Func<bool> interrupted) => Forward(_timeline.Position + 1, interrupted);

    /// <summary>Runs forward to a breakpoint, a watched access, or the end.</summary>
    public TravelStop Continue(Func<bool> interrupted) => Forward(ulong.MaxValue, interrupted);

    /// <summary>Undoes one instruction, unless that made a watched access: then that is told first.</summary>
    public TravelStop ReverseStep()
    {
        if (_timeline.Position == 0)
        {
            return new TravelStop(TravelStopKind.BeginOfHistory);
        }

        if (WatchedAccessBefore(_timeline.Position) is { } watch)
        {
            return new TravelStop(TravelStopKind.Watchpoint, watch);
        }

        _timeline.Seek(_timeline.Position - 1);
        return new TravelStop(TravelStopKind.Arrived);
    }

    /// <summary>Goes back to the last breakpoint or behind the last watched access, or to the beginning.</summary>
    public TravelStop ReverseContinue(Func<bool> interrupted)
    {
        var origin = _timeline.Position;
        _recorder?.CloseInterval();
        var intervals = _timeline.History.Intervals;
        var query = new IndexQuery(_timeline.Machine.Memory, _breakpoints, _watchpoints);
        for (var i = intervals.Count - 1; i >= 0; i--)
        {
            var interval = intervals[i];
            if (interval.First >= origin || !query.MayHold(interval))
            {
                continue;
            }

            _timeline.Seek(interval.First);
            if (FindLast(Math.Min(interval.Last, origin), interrupted) is not { } hits)
            {
                return new TravelStop(TravelStopKind.Interrupted);
            }

            if (hits.LastWatch is { } watch && !(watch.Position + 1 < hits.LastBreakpoint))
            {
                _timeline.Seek(watch.Position + 1);
                return new TravelStop(TravelStopKind.Watchpoint, watch);
            }

            if (hits.LastBreakpoint is { } position)
            {
                // The access may be the last one of the interval before.
                _timeline.Seek(position);
                return position == interval.First && WatchedAccessBefore(position) is { } before
                    ? new TravelStop(TravelStopKind.Watchpoint, before)
                    : new TravelStop(TravelStopKind.Breakpoint);
            }
        }

        _timeline.Seek(0);
        return new TravelStop(TravelStopKind.BeginOfHistory);
    }

    /// <summary>The watched access of the instruction before a position; the timeline is at that position then.</summary>
    private WatchHit? WatchedAccessBefore(ulong position)
    {
        if (_watchpoints.Count == 0 || position == 0)
        {
            return null;
        }

        _timeline.Seek(position - 1);
        return _timeline.Replay(position, HitMode.Note).LastWatch;
    }

    /// <summary>The last hits between here and a position; null when interrupted.</summary>
    private TravelHits? FindLast(ulong end, Func<bool> interrupted)
    {
        ulong? breakpoint = null;
        WatchHit? watch = null;
        while (_timeline.Position < end)
        {
            var hits = _timeline.Replay(Math.Min(end, _timeline.Position + Slice), HitMode.Note);
            breakpoint = hits.LastBreakpoint ?? breakpoint;
            watch = hits.LastWatch ?? watch;
            if (interrupted())
            {
                return null;
            }

            if (hits.Reason.Kind != StopKind.LimitReached)
            {
                break;
            }
        }

        return new TravelHits(new StopReason(StopKind.LimitReached), breakpoint, watch);
    }

    private TravelStop Forward(ulong limit, Func<bool> interrupted)
    {
        while (_timeline.Position < _timeline.End)
        {
            if (_timeline.Position >= limit)
            {
                return new TravelStop(TravelStopKind.Arrived);
            }

            var end = Math.Min(Math.Min(limit, _timeline.End), _timeline.Position + Slice);
            var reason = _timeline.Replay(end, HitMode.Stop).Reason;
            if (reason.Kind != StopKind.LimitReached)
            {
                return Translate(reason);
            }

            if (interrupted())
            {
                return new TravelStop(TravelStopKind.Interrupted);
            }
        }

        if (_timeline.Position >= limit)
        {
            return new TravelStop(TravelStopKind.Arrived);
        }

        return _recorder is null
            ? new TravelStop(TravelStopKind.EndOfHistory)
            : _recorder.Record(limit, HitMode.Stop, interrupted) is { } stop
                ? Translate(stop)
                : new TravelStop(TravelStopKind.Interrupted);
    }

    private static TravelStop Translate(StopReason reason) => reason.Kind switch
    {
        StopKind.Breakpoint => new TravelStop(TravelStopKind.Breakpoint),
        StopKind.Watchpoint => new TravelStop(TravelStopKind.Watchpoint, reason.Watch),
        StopKind.Sleeping => new TravelStop(TravelStopKind.Sleeping),
        StopKind.Halted => new TravelStop(TravelStopKind.Halted),
        StopKind.HostCall => new TravelStop(TravelStopKind.EndOfHistory),
        StopKind.Exited => new TravelStop(TravelStopKind.Exited, ExitCode: reason.ExitCode),
        _ => new TravelStop(TravelStopKind.Arrived),
    };
}
