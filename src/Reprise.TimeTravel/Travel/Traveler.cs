using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

// Goal: step and continue both ways.
//
// Invariants:
// - A breakpoint's hit is a position whose settled PC it is, and where its condition holds. Backward it must lie before
//   the current position.
// - A watched access stops forward runs before its instruction, as ARM does, and backward runs behind it: going back
//   one instruction from there undoes it. An access by the instruction just before the current position is a hit, of a
//   step back too: gdb has not seen it yet. Where such a place is a breakpoint's as well, the access is told: gdb would
//   step back from a breakpoint and miss it.
// - How the last hit is found: BackwardSearch.

/// <summary>Moves on a timeline the way a debugger wants to.</summary>
public sealed class Traveler
{
    /// <summary>
    /// How far a forward run looks closely from its start: the next watched access is often near, and steps end there.
    /// </summary>
    private const ulong FirstSlice = 10_000;

    /// <summary>How long a step over a range holds anything: no line that waits for nothing takes longer.</summary>
    private const ulong LongestHold = 100_000;

    /// <summary>Instructions between two snapshots that a forward run leaves on its way.</summary>
    private const ulong KeepDistance = 3_000_000;

    private readonly Timeline _timeline;
    private readonly Recorder? _recorder;
    private readonly StopPoints _stops;
    private readonly InterruptibleReplay _sliced;
    private readonly BackwardSearch _backward;

    /// <param name="timeline">Where to travel.</param>
    /// <param name="recorder">Continues it behind its end, and forks it; null when nothing can be changed.</param>
    /// <param name="crew">Helps with long searches; null when nobody does.</param>
    public Traveler(Timeline timeline, Recorder? recorder, SearchCrew? crew = null)
    {
        _timeline = timeline;
        _recorder = recorder;
        _stops = new StopPoints(timeline.Machine);
        _sliced = new InterruptibleReplay(timeline);
        _backward = new BackwardSearch(timeline, recorder, _stops, _sliced, crew);
    }

    public Timeline Timeline => _timeline;

    public Recorder? Recorder => _recorder;

    /// <summary>Going back ends here; going to a position does not.</summary>
    public ulong Fence { get; set; }

    /// <summary>Where <see cref="Continue"/> stops too; null for nowhere.</summary>
    public ulong? StopPosition { get; set; }

    /// <summary>
    /// What steps that make history grow hold back, until the next <see cref="Continue"/>. Steps in history repeat what
    /// was.
    /// </summary>
    public StepHolds StepHolds { get; set; }

    /// <summary>Twice is once, with the last condition.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="condition">Asked while the machine is at a hit; false goes on. Null always stops.</param>
    public void AddBreakpoint(ulong address, Func<bool>? condition = null) => _stops.AddBreakpoint(address, condition);

    public bool RemoveBreakpoint(ulong address) => _stops.RemoveBreakpoint(address);

    /// <summary>Twice is once.</summary>
    public void AddWatchpoint(ulong address, ulong length, WatchKinds kinds) =>
        _stops.AddWatchpoint(address, length, kinds);

    public bool RemoveWatchpoint(ulong address, ulong length, WatchKinds kinds) =>
        _stops.RemoveWatchpoint(address, length, kinds);

    /// <summary>
    /// Executes one instruction; none where an interrupt that steps before this one held back is entered now, so that
    /// nobody misses the handler's first.
    /// </summary>
    public TravelStop Step(Func<bool> interrupted)
    {
        if (IsAtLiveEnd && _recorder!.Hold(StepHolds))
        {
            _timeline.FlushOutput();
            return _timeline.Machine.Engine.TakeOutsideWatch() is { } watch ? new TravelStop(TravelStopKind.Watchpoint, watch)
                : _timeline.Machine.StopHere is { } stop ? Translate(stop)
                : new TravelStop(TravelStopKind.Arrived);
        }

        return Forward(_timeline.Position + 1, interrupted, StepHolds);
    }

    /// <summary>Runs forward to a breakpoint, a watched access, or the end.</summary>
    public TravelStop Continue(Func<bool> interrupted) => Forward(NextStopPosition, interrupted);

    /// <summary>
    /// Executes one instruction, and on while the PC is inside a range; stops as <see cref="Continue"/> does, or in front
    /// of the first instruction outside, such as that of an exception's handler. Code that waits for what is held gets it
    /// after a while.
    /// </summary>
    public TravelStop StepRange(CodeRange range, Func<bool> interrupted)
    {
        var engine = _timeline.Machine.Engine;
        engine.Range = range;
        try
        {
            var limit = NextStopPosition;
            var holds = StepHolds != StepHolds.None;
            var held = holds ? Math.Min(limit, _timeline.Position + LongestHold) : _timeline.Position;
            var stop = holds ? Forward(held, interrupted, StepHolds) : new TravelStop(TravelStopKind.Arrived);
            return stop.Kind == TravelStopKind.Arrived && _timeline.Position == held && held != limit
                && (!holds || !engine.HasLeft(_timeline.Machine.Processor.ProgramCounter))
                ? Forward(limit, interrupted)
                : stop;
        }
        finally
        {
            engine.Range = null;
        }
    }

    /// <summary>Undoes one instruction, unless that made a watched access: then that is told first.</summary>
    public TravelStop ReverseStep() => _backward.Step(Fence);

    /// <summary>Goes back to the last breakpoint or behind the last watched access, or to the beginning.</summary>
    public TravelStop ReverseContinue(Func<bool> interrupted) => _backward.Run(Fence, interrupted);

    /// <summary>True when going forward behind the end of this branch records what is new.</summary>
    public bool IsLive => _recorder is not null && !_timeline.History.IsFinished;

    /// <summary>True where the next instruction is a new one, and not one of history.</summary>
    public bool IsAtLiveEnd => IsLive && _timeline.Position == _timeline.End;

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
        var arrived = _sliced.TryGo(position, interrupted);
        _timeline.FlushOutput();
        return arrived;
    }

    /// <summary>Goes behind the last access of a range before here, whatever else is watched.</summary>
    public TravelStop ReverseToAccess(ulong address, ulong length, WatchKinds kinds, Func<bool> interrupted) =>
        _stops.Alone(() => AddWatchpoint(address, length, kinds), () => ReverseContinue(interrupted));

    /// <summary>Goes to the last time before here that an instruction was about to run.</summary>
    public TravelStop ReverseToExecution(ulong address, Func<bool> interrupted) =>
        _stops.Alone(() => AddBreakpoint(address), () => ReverseContinue(interrupted));

    /// <summary>Goes to the next access of a range in history; an access by the instruction at the PC is one.</summary>
    public TravelStop ForwardToAccess(ulong address, ulong length, WatchKinds kinds, Func<bool> interrupted) =>
        _stops.Alone(() => AddWatchpoint(address, length, kinds), () => Forward(_timeline.End, interrupted));

    /// <summary>One instruction forward or back, whatever breakpoint or watchpoint there is.</summary>
    public void PassAccess(bool backwards) => _stops.Alone(
        () => { },
        () => backwards ? ReverseStep() : Step(() => false));

    private ulong NextStopPosition => StopPosition > _timeline.Position ? StopPosition.Value : ulong.MaxValue;

    private TravelStop Forward(ulong limit, Func<bool> interrupted, StepHolds holds = StepHolds.None)
    {
        var start = _timeline.Position;
        var stop = ForwardToHit(limit, interrupted, holds);
        _timeline.FlushOutput();
        if (stop.Kind == TravelStopKind.Watchpoint && stop.Watch.Position >= start)
        {
            // A write that no instruction made is seen when it has happened.
            _timeline.Seek(stop.Watch.Position);
        }

        return stop;
    }

    private TravelStop ForwardToHit(ulong limit, Func<bool> interrupted, StepHolds holds)
    {
        var kept = _timeline.Position;
        for (var slice = FirstSlice;
             _timeline.Position < _timeline.End;
             slice = Math.Min(InterruptibleReplay.SliceOf(_timeline.Machine), 4 * slice))
        {
            if (_timeline.Position >= limit)
            {
                return new TravelStop(TravelStopKind.Arrived);
            }

            var end = Math.Min(Math.Min(limit, _timeline.End), _timeline.Position + slice);
            if (_timeline.Position - kept >= KeepDistance)
            {
                // Going back from where this ends should not cost a whole interval.
                _timeline.KeepHere();
                kept = _timeline.Position;
            }

            if (slice > FirstSlice)
            {
                SkipTo(end);
            }

            var reason = _timeline.ReplaySlice(end, HitMode.Stop).Reason;
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

        if (!IsLive)
        {
            return new TravelStop(TravelStopKind.EndOfHistory);
        }

        if (_recorder!.Hold(holds) && _timeline.Machine.StopHere is { } here)
        {
            return Translate(here);
        }

        return _recorder.Record(limit, HitMode.Stop, interrupted) is not { } stop
            ? new TravelStop(TravelStopKind.Interrupted)
            : stop.Kind == StopKind.HostCall ? new TravelStop(TravelStopKind.HostCall) : Translate(stop);
    }

    /// <summary>Goes on to the block of the first watched access before a position, or to that position.</summary>
    private void SkipTo(ulong end)
    {
        if (_stops.Watchpoints.Count == 0 || _stops.Breakpoints.Count > 0
            || _timeline.Machine.Engine.Range is not null)
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
