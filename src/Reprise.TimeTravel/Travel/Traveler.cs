using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

// Goal: step and continue both ways.
//
// Invariants:
// - Backward, the hit is found without a stop at each one: intervals that can hold a hit are scanned once each, newest
//   first; then the block that a scan names is looked at closely, and the machine is put at the hit.
// - A breakpoint's hit is a position whose settled PC it is, and where its condition holds. Backward it must lie before
//   the current position. Only when the last hit's condition does not hold is each one in the interval looked at.
// - A watched access stops forward runs before its instruction, as ARM does, and backward runs behind it: going back one
//   instruction from there undoes it. An access by the instruction just before the current position is a hit, of a
//   step back too: gdb has not seen it yet. Where such a place is a breakpoint's as well, the access is told: gdb would
//   step back from a breakpoint and miss it.
// - An interrupted search ends where all behind it has been searched, so that the next one goes on from there.

/// <summary>Moves on a timeline the way a debugger wants to.</summary>
public sealed class Traveler
{
    /// <summary>Instructions replayed between two looks at whether to stop: about 5 ms.</summary>
    private const ulong Slice = 5_000_000;

    /// <summary>Hits whose condition did not hold between two looks at whether to stop: a few ms.</summary>
    private const int HitsBetweenLooks = 64;

    /// <summary>
    /// How far a forward run looks closely from its start: the next watched access is often near, and steps end there.
    /// </summary>
    private const ulong FirstSlice = 10_000;

    private readonly Timeline _timeline;
    private readonly Recorder? _recorder;
    private readonly List<ulong> _breakpoints = [];
    private readonly Dictionary<ulong, Func<bool>> _conditions = [];
    private readonly List<(ulong Address, ulong Length, WatchKinds Kinds)> _watchpoints = [];

    /// <param name="timeline">Where to travel.</param>
    /// <param name="recorder">Continues it behind its end, and forks it; null when nothing can be changed.</param>
    public Traveler(Timeline timeline, Recorder? recorder)
    {
        _timeline = timeline;
        _recorder = recorder;
    }

    public Timeline Timeline => _timeline;

    public Recorder? Recorder => _recorder;

    /// <summary>Going back ends here; going to a position does not.</summary>
    public ulong Fence { get; set; }

    /// <summary>Where <see cref="Continue"/> stops too; null for nowhere.</summary>
    public ulong? StopPosition { get; set; }

    /// <summary>Twice is once, with the last condition.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="condition">Asked while the machine is at a hit; false goes on. Null always stops.</param>
    public void AddBreakpoint(ulong address, Func<bool>? condition = null)
    {
        _conditions.Remove(address);
        if (condition is not null)
        {
            _conditions.Add(address, condition);
        }

        if (!_breakpoints.Contains(address))
        {
            _breakpoints.Add(address);
            _timeline.Machine.Engine.AddBreakpoint(address);
        }
    }

    public bool RemoveBreakpoint(ulong address)
    {
        _conditions.Remove(address);
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
    public TravelStop Continue(Func<bool> interrupted) =>
        Forward(StopPosition > _timeline.Position ? StopPosition.Value : ulong.MaxValue, interrupted);

    /// <summary>Undoes one instruction, unless that made a watched access: then that is told first.</summary>
    public TravelStop ReverseStep()
    {
        if (_timeline.Position <= Fence)
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
        if (origin <= Fence)
        {
            return new TravelStop(TravelStopKind.BeginOfHistory);
        }

        _recorder?.CloseInterval();
        var searched = origin;
        var intervals = _timeline.History.Intervals;
        var query = new IndexQuery(_timeline.Machine.Memory, _breakpoints, _watchpoints);
        for (var i = intervals.Count - 1; i >= 0 && intervals[i].Last > Fence; i--)
        {
            var interval = intervals[i];
            if (interval.First >= origin || !query.MayHold(interval))
            {
                continue;
            }

            var first = Math.Max(interval.First, Fence);
            var end = Math.Min(interval.Last, origin);
            if (!TryGo(first, interrupted))
            {
                _timeline.Seek(searched);
                return new TravelStop(TravelStopKind.Interrupted);
            }

            if (FindLast(first, end, interrupted) is not { } hits
                || !TryFindHolding(first, hits.LastBreakpoint, interrupted, out var breakpoint))
            {
                _timeline.Seek(end);
                return new TravelStop(TravelStopKind.Interrupted);
            }

            if (hits.LastWatch is { } watch && !(watch.Position + 1 < breakpoint))
            {
                _timeline.Seek(watch.Position + 1);
                return new TravelStop(TravelStopKind.Watchpoint, watch);
            }

            if (breakpoint is { } position)
            {
                // The access may be the last one of the interval before.
                _timeline.Seek(position);
                return position == interval.First && position > Fence && WatchedAccessBefore(position) is { } before
                    ? new TravelStop(TravelStopKind.Watchpoint, before)
                    : new TravelStop(TravelStopKind.Breakpoint);
            }

            searched = first;
        }

        if (TryGo(Fence, interrupted))
        {
            return new TravelStop(TravelStopKind.BeginOfHistory);
        }

        _timeline.Seek(searched);
        return new TravelStop(TravelStopKind.Interrupted);
    }

    /// <summary>True when going forward behind the end of this branch records what is new.</summary>
    public bool IsLive => _recorder is not null && !_timeline.History.IsFinished;

    /// <summary>Goes to a position of a branch. Going to another one takes the fence away.</summary>
    /// <returns>False when interrupted: then we are somewhere on the way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position lies behind the end of the branch.</exception>
    public bool Go(History branch, ulong position, Func<bool> interrupted)
    {
        if (branch != _timeline.History)
        {
            _timeline.Cross(branch, position);
            Fence = 0;
        }

        return Go(position, interrupted);
    }

    /// <summary>Goes to a position of history.</summary>
    /// <returns>False when interrupted: then we are somewhere on the way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position lies behind the end of history.</exception>
    public bool Go(ulong position, Func<bool> interrupted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _timeline.End);
        _recorder?.CloseInterval();
        return TryGo(position, interrupted);
    }

    /// <summary>Goes behind the last access of a range before here, whatever else is watched.</summary>
    public TravelStop ReverseToAccess(ulong address, ulong length, WatchKinds kinds, Func<bool> interrupted) =>
        Alone(() => AddWatchpoint(address, length, kinds), () => ReverseContinue(interrupted));

    /// <summary>Goes to the last time before here that an instruction was about to run.</summary>
    public TravelStop ReverseToExecution(ulong address, Func<bool> interrupted) =>
        Alone(() => AddBreakpoint(address), () => ReverseContinue(interrupted));

    /// <summary>Goes to the next access of a range in history; an access by the instruction at the PC is one.</summary>
    public TravelStop ForwardToAccess(ulong address, ulong length, WatchKinds kinds, Func<bool> interrupted) =>
        Alone(() => AddWatchpoint(address, length, kinds), () => Forward(_timeline.End, interrupted));

    /// <summary>One instruction forward or back, whatever breakpoint or watchpoint there is.</summary>
    public void PassAccess(bool backwards) => Alone(
        () => { },
        () => backwards ? ReverseStep() : Step(() => false));

    /// <summary>Moves with other breakpoints and watchpoints than those that are set.</summary>
    private TravelStop Alone(Action set, Func<TravelStop> move)
    {
        var breakpoints = _breakpoints.Select(address => (address, _conditions.GetValueOrDefault(address))).ToList();
        var watchpoints = _watchpoints.ToList();
        Clear();
        try
        {
            set();
            return move();
        }
        finally
        {
            Clear();
            breakpoints.ForEach(entry => AddBreakpoint(entry.address, entry.Item2));
            watchpoints.ForEach(entry => AddWatchpoint(entry.Address, entry.Length, entry.Kinds));
        }
    }

    private void Clear()
    {
        _breakpoints.ToList().ForEach(address => RemoveBreakpoint(address));
        _watchpoints.ToList().ForEach(entry => RemoveWatchpoint(entry.Address, entry.Length, entry.Kinds));
    }

    /// <summary>Seeks; a long way is gone in slices. False when interrupted: then we are somewhere on it.</summary>
    private bool TryGo(ulong position, Func<bool> interrupted)
    {
        var snapshot = _timeline.Snapshots.FindAtOrBefore(position)!.Position;
        if (position < _timeline.Position || snapshot > _timeline.Position)
        {
            if (position - snapshot > Slice)
            {
                _timeline.KeepHere();
            }

            _timeline.Seek(snapshot);
        }

        var far = position - _timeline.Position > Slice;
        while (position - _timeline.Position > Slice)
        {
            _timeline.Replay(_timeline.Position + Slice, HitMode.Ignore);
            if (interrupted())
            {
                return false;
            }
        }

        _timeline.Seek(position);
        if (far)
        {
            _timeline.KeepHere();
        }

        return true;
    }

    private bool Holds() =>
        !_conditions.TryGetValue(_timeline.Machine.Processor.ProgramCounter, out var condition) || condition();

    private bool HitHolds() =>
        _timeline.Machine.Engine.HasBreakpoint(_timeline.Machine.Processor.ProgramCounter) && Holds();

    /// <summary>The last hit of a breakpoint whose condition holds, in an interval whose last hit is known.</summary>
    /// <returns>False when interrupted.</returns>
    private bool TryFindHolding(ulong first, ulong? last, Func<bool> interrupted, out ulong? holding)
    {
        holding = last;
        if (last is not { } end || _conditions.Count == 0)
        {
            return true;
        }

        _timeline.Seek(end);
        if (Holds())
        {
            return true;
        }

        _timeline.Seek(first);
        holding = HitHolds() ? first : null;
        for (var hits = 1; _timeline.Position < end; hits++)
        {
            var reason = _timeline.Replay(Math.Min(end, _timeline.Position + Slice), HitMode.Stop).Reason;
            if (reason.Kind == StopKind.Watchpoint)
            {
                _timeline.Replay(_timeline.Position + 1, HitMode.Ignore);
            }

            if (_timeline.Position < end && HitHolds())
            {
                holding = _timeline.Position;
            }

            if ((hits % HitsBetweenLooks == 0 || reason.Kind == StopKind.LimitReached) && interrupted())
            {
                return false;
            }
        }

        return true;
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

    /// <summary>The last hits between two positions, the first of which is here; null when interrupted.</summary>
    private TravelHits? FindLast(ulong first, ulong end, Func<bool> interrupted)
    {
        if (Replay(end, HitMode.Scan, interrupted) is not { } scan)
        {
            return null;
        }

        if (scan.WatchedBlocks.Last is not { } block)
        {
            return scan;
        }

        // What the scan saw of an instruction that then did not run leaves nothing to find: look closely everywhere.
        _timeline.Seek(block.Start);
        var blockEnd = Math.Min(block.End, end);
        var watch = _timeline.Replay(blockEnd, HitMode.Note).LastWatch;
        if (watch is null)
        {
            _timeline.Seek(first);
            return Replay(end, HitMode.Note, interrupted);
        }

        return scan with { LastWatch = scan.LastWatch?.Position > watch.Value.Position ? scan.LastWatch : watch };
    }

    /// <summary>Replays in slices, through what stops the machine; null when interrupted.</summary>
    private TravelHits? Replay(ulong end, HitMode hitMode, Func<bool> interrupted)
    {
        var all = new TravelHits(new StopReason(StopKind.LimitReached), null, null);
        while (_timeline.Position < end)
        {
            var hits = _timeline.Replay(Math.Min(end, _timeline.Position + Slice), hitMode);
            all = new TravelHits(
                hits.Reason,
                hits.LastBreakpoint ?? all.LastBreakpoint,
                hits.LastWatch ?? all.LastWatch,
                all.WatchedBlocks.Then(hits.WatchedBlocks));
            if (interrupted())
            {
                return null;
            }

            if (hits.Reason.Kind != StopKind.LimitReached)
            {
                break;
            }
        }

        return all;
    }

    /// <summary>Runs to a hit that counts.</summary>
    private TravelStop Forward(ulong limit, Func<bool> interrupted)
    {
        for (var hits = 1; ; hits++)
        {
            var stop = ForwardToHit(limit, interrupted);
            if (stop.Kind != TravelStopKind.Breakpoint || Holds())
            {
                return stop;
            }

            if (_timeline.Position >= limit)
            {
                return new TravelStop(TravelStopKind.Arrived);
            }

            if (hits % HitsBetweenLooks == 0 && interrupted())
            {
                return new TravelStop(TravelStopKind.Interrupted);
            }
        }
    }

    private TravelStop ForwardToHit(ulong limit, Func<bool> interrupted)
    {
        for (var slice = FirstSlice; _timeline.Position < _timeline.End; slice = Math.Min(Slice, 4 * slice))
        {
            if (_timeline.Position >= limit)
            {
                return new TravelStop(TravelStopKind.Arrived);
            }

            var end = Math.Min(Math.Min(limit, _timeline.End), _timeline.Position + slice);
            if (slice > FirstSlice)
            {
                SkipTo(end);
            }

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

        return !IsLive
            ? new TravelStop(TravelStopKind.EndOfHistory)
            : _recorder!.Record(limit, HitMode.Stop, interrupted, _conditions.Count > 0 ? Holds : null) is { } stop
                ? Translate(stop)
                : new TravelStop(TravelStopKind.Interrupted);
    }

    /// <summary>Goes on to the block of the first watched access before a position, or to that position.</summary>
    private void SkipTo(ulong end)
    {
        if (_watchpoints.Count == 0 || _breakpoints.Count > 0)
        {
            return;
        }

        _timeline.KeepHere();
        var start = _timeline.Position;
        var hits = _timeline.Replay(end, HitMode.Scan);
        if (hits.LastWatch is not null)
        {
            _timeline.Seek(start);
        }
        else if (hits.WatchedBlocks.First is { } block)
        {
            _timeline.Seek(Math.Max(block.Start, start));
        }
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
