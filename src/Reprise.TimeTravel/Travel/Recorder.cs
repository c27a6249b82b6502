using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

// Goal: let history grow at its end, and index it on the way.
//
// Invariants:
// - Only here do events and intervals enter history.
// - Input is taken between slices of the run, never at a position that somebody has stopped at and seen, unless the
//   machine sleeps there: the state at a position includes its events (law 1).
// - Planned input is taken at its position exactly, if its port can take it: a slice ends there, and nobody is shown
//   that position before.
// - A host call is answered before anybody sees its position, unless the host has no answer yet (the guest reads a
//   console that is empty) and the wait is interrupted: then the position shows the machine that waits.
// - The past does not change: a poke there forks a branch, which goes on from there.
// - An interval is closed before its sets are lost: when it is long enough, or costs as much as a long one, and when the timeline
//   leaves the end.

/// <summary>Continues a timeline behind its end.</summary>
public sealed class Recorder
{
    private readonly Timeline _timeline;
    private readonly RecorderOptions _options;
    private readonly IHostInput _input;
    private readonly IntervalCloser _intervals;
    private readonly IHostServices _host;
    private readonly Pacer? _pacer;
    private History _recorded;
    private ulong _stoppedAt = ulong.MaxValue;

    /// <param name="timeline">What is continued.</param>
    /// <param name="options">How.</param>
    /// <param name="input">What comes in.</param>
    /// <param name="sink">Takes what is recorded; null when nobody does.</param>
    /// <param name="host">Answers semihosting calls; null when they all fail.</param>
    public Recorder(
        Timeline timeline,
        RecorderOptions options,
        IHostInput input,
        IRecordingSink? sink,
        IHostServices? host = null)
    {
        _timeline = timeline;
        _options = options;
        _input = input;
        _intervals = new IntervalCloser(timeline, sink);
        _host = host ?? new NoHostServices();
        _pacer = options.Pace is { } pace ? new Pacer(pace) : null;
        _recorded = timeline.History;
        timeline.CloseInterval = CloseInterval;
    }

    /// <summary>Runs on from the end of history.</summary>
    /// <param name="limit">Position to stop at.</param>
    /// <param name="hitMode">As in <see cref="Machine.Run"/>.</param>
    /// <param name="interrupted">Asked every few ms; true stops the run.</param>
    /// <returns>Why it stopped; null when it was interrupted.</returns>
    public StopReason? Record(ulong limit, HitMode hitMode, Func<bool> interrupted)
    {
        if (_timeline.Position != _timeline.End)
        {
            throw new InvalidOperationException("Only the end of history can be continued.");
        }

        if (_recorded != _timeline.History)
        {
            // The end of a branch has been seen: that is where somebody crossed to it, or forked it.
            _recorded = _timeline.History;
            _stoppedAt = _timeline.Position;
        }

        var machine = _timeline.Machine;
        var start = _timeline.Position;
        _pacer?.Restart(machine.Time);
        while (true)
        {
            var changed = AnswerHostCall();
            if (machine.PendingRequest is { } request)
            {
                if (_host.StopsAt(request))
                {
                    return Stop(new StopReason(StopKind.HostCall));
                }

                _input.Wait();
                if (interrupted())
                {
                    _stoppedAt = _timeline.Position;
                    return null;
                }

                continue;
            }

            changed |= (_timeline.Position != _stoppedAt || machine.Processor.Sleeping) && TakeInput();
            if (machine.Engine.TakeOutsideWatch() is { } outside && hitMode == HitMode.Stop)
            {
                return Stop(new StopReason(StopKind.Watchpoint, outside));
            }

            if (changed
                && hitMode == HitMode.Stop
                && _timeline.Position != start
                && machine.StopHere is { } stop)
            {
                return Stop(stop);
            }

            if (_timeline.Position >= limit)
            {
                return Stop(new StopReason(StopKind.LimitReached));
            }

            var reason = RunSlice(limit, hitMode);
            if (reason.Kind == StopKind.Sleeping && _input.CanDeliver)
            {
                _input.Wait();
            }
            else if (reason.Kind is StopKind.Breakpoint or StopKind.LeftRange && TakeInput())
            {
                // An interrupt may have been entered instead: then the breakpoint is not where the machine is.
                if (machine.StopHere is { } here)
                {
                    return Stop(here);
                }
            }
            else if (reason.Kind is not (StopKind.LimitReached or StopKind.InputPossible or StopKind.HostCall))
            {
                return Stop(reason);
            }

            WaitForHost(interrupted);
            if (_timeline.Position < limit && interrupted())
            {
                AnswerHostCall();
                _ = machine.PendingRequest is null && TakeInput();
                _stoppedAt = _timeline.Position;
                return null;
            }
        }
    }

    /// <summary>Answers the calls of a semihosting guest.</summary>
    public IHostServices Host => _host;

    /// <summary>Answers the call that waits at the end of history.</summary>
    public void Reply(HostReply reply) => _timeline.ApplyEvents(new InputEvent(
        _timeline.End, (byte)InputKind.HostReply, SemihostingCalls.OutputPort, reply.ToBytes()));

    /// <summary>Takes an event at the end of history that is known to have come there.</summary>
    internal void Repeat(InputEvent input) => _timeline.ApplyEvents(input);

    /// <summary>True when nothing new can be recorded here without a branch.</summary>
    public bool IsInThePast => _timeline.Position != _timeline.End || _timeline.History.IsFinished;

    /// <summary>A debugger's write: an input event. In the past it is the first of a new branch (law 6).</summary>
    /// <exception cref="InvalidOperationException">It would be a branch too many.</exception>
    public void Poke(InputKind kind, byte[] data)
    {
        if (IsInThePast)
        {
            Fork();
        }

        _timeline.ApplyEvents(new InputEvent(_timeline.End, (byte)kind, "", data));
        _timeline.Machine.Engine.TakeOutsideWatch();
    }

    /// <summary>
    /// Holds something back from the end of history on, or no longer. That it is so is an input event: what is stepped
    /// live runs otherwise than what is not, and a replay must know.
    /// </summary>
    /// <returns>Whether an exception was entered here because of that.</returns>
    public bool Hold(StepHolds holds)
    {
        if (_timeline.Machine.Holds == holds)
        {
            return false;
        }

        var processor = _timeline.Machine.Processor;
        var before = processor.ProgramCounter;
        _timeline.ApplyEvents(new InputEvent(_timeline.End, (byte)InputKind.Hold, "", new[] { (byte)holds }));
        return processor.ProgramCounter != before;
    }

    /// <summary>Begins a branch here and enters it: what comes next is recorded on it.</summary>
    /// <exception cref="InvalidOperationException">It would be a branch too many.</exception>
    public void Fork()
    {
        CloseInterval();
        _intervals.Fork();
    }

    /// <summary>Ends the interval that is being recorded here, if it has begun.</summary>
    public void CloseInterval() => _intervals.CloseHere();

    /// <summary>Runs to where somebody has to look: at input, at an interruption, at the length of the interval.</summary>
    private StopReason RunSlice(ulong limit, HitMode hitMode)
    {
        var machine = _timeline.Machine;
        var position = _timeline.Position;
        if (position == _timeline.History.ClosedEnd)
        {
            // Events at the end of a closed interval: its hash and snapshot are no longer the position's.
            CloseInterval();
        }

        limit = Math.Min(limit, position + InterruptibleReplay.SliceOf(machine));
        limit = Math.Min(limit, _timeline.History.ClosedEnd + _options.IntervalLength);
        limit = Math.Min(limit, _input.NextPosition(position));
        machine.AwaitedPorts = [.. machine.InputPorts.Where(port => _input.HasByte(port, position))];
        machine.PauseTime = _pacer?.PauseTime ?? ulong.MaxValue;
        machine.Engine.EffortLimit = Math.Min(machine.Engine.Effort + InterruptibleReplay.SliceEffort, MostEffort);
        var reason = _timeline.RunMachine(limit, hitMode);
        machine.AwaitedPorts = [];
        machine.PauseTime = ulong.MaxValue;
        machine.Engine.EffortLimit = ulong.MaxValue;
        _timeline.End = _timeline.Position;
        if (machine.PendingRequest is null && IsLongEnough)
        {
            CloseInterval();
        }

        return reason;
    }

    /// <summary>What the interval may cost beside its instructions, so that it takes as long to replay as one of plain ones.</summary>
    private ulong MostEffort => Math.Max(_options.IntervalLength, RecorderOptions.DefaultIntervalLength);

    private bool IsLongEnough =>
        _timeline.End - _timeline.History.ClosedEnd >= _options.IntervalLength
        || (_timeline.End > _timeline.History.ClosedEnd && _timeline.Machine.Engine.Effort >= MostEffort);

    /// <summary>Lets the host's time come to where the guest has slept to, unless something comes in meanwhile.</summary>
    private void WaitForHost(Func<bool> interrupted)
    {
        var machine = _timeline.Machine;
        while (_pacer?.IsAhead(machine.Time) == true && !interrupted())
        {
            _input.Wait();
            if (machine.InputPorts.Any(port => port.CanReceive && _input.HasByte(port, _timeline.Position)))
            {
                _pacer.Restart(machine.Time);
            }
        }
    }

    private StopReason Stop(StopReason reason)
    {
        _stoppedAt = _timeline.Position;
        return reason;
    }

    private bool AnswerHostCall()
    {
        if (_timeline.Machine.PendingRequest is not { } request || _host.Answer(request) is not { } reply)
        {
            return false;
        }

        Reply(reply);
        return true;
    }

    /// <summary>
    /// Takes what waits; while the machine sleeps for good, the next that is planned for one of its ports.
    /// </summary>
    private bool TakeInput()
    {
        var position = _timeline.Position;
        var any = TakeInput(position);
        while (!any && _timeline.Machine.Processor.Sleeping)
        {
            position = _input.NextPosition(position);
            if (position == ulong.MaxValue)
            {
                break;
            }

            any = TakeInput(position);
        }

        return any;
    }

    private bool TakeInput(ulong position)
    {
        var any = false;
        foreach (var port in _timeline.Machine.InputPorts)
        {
            while (port.CanReceive && _input.TryRead(port, position, out var value))
            {
                _timeline.ApplyEvents(
                    new InputEvent(_timeline.Position, (byte)InputKind.Port, port.Name, new[] { value }));
                any = true;
            }
        }

        return any;
    }
}
