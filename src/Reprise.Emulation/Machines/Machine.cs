using Reprise.Emulation.Cpus;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;
using Reprise.Unicorn;

namespace Reprise.Emulation.Machines;

/// <summary>
/// A board that runs. Between two calls it is always <em>settled</em>: at its position, time has gone on while the CPU
/// slept, timers that are due have fired, and every exception that is due has been entered (law 1). That makes the state
/// at a position independent of how the run was chopped, and it is why breakpoints look at the settled PC.
/// </summary>
public sealed partial class Machine : IDisposable
{
    /// <summary>
    /// Timers that may fire in one sleep before it counts as endless: some timer runs for ever and wakes nobody.
    /// </summary>
    private const int LongestSleep = 10_000;

    private readonly MachineParts _parts;
    private readonly ExecutionEngine _engine;
    private readonly IProcessor _processor;
    private readonly VirtualClock _clock;
    private readonly SemihostingCalls? _semihosting;
    private ulong _idleTime;
    private ulong? _timeStoodAt; // the position whose time it is as long as time is held
    private bool _inputPossible;
    private bool _endedAtReset;
    private bool _mappingChanged;

    public Machine(MachineParts parts)
    {
        _parts = parts;
        _processor = parts.Processor;
        _clock = parts.Clock;
        _semihosting = parts.Semihosting;
        _ports = new PortSpace(parts.Devices);
        parts.Memory.OverlayChanged = () => _mappingChanged = true;
        _engine = new ExecutionEngine(
            parts.Unicorn,
            _processor.Decoder,
            parts.Memory,
            this,
            _processor.Protection,
            _processor.Traps,
            _processor.Translation,
            _processor.GuestWatch);
        _engine.EventSent = _processor.SendEvent;
        _engine.Announced = _processor.PrepareInstruction;
        _engine.Completed = _processor.CompleteInstruction;
        _engine.AskingCondition = position => _clock.Now = TimeAt(position);
        _engine.TimeStampRead = ReadTimeStamp;
        _engine.Identifying = _processor.Identify;
        _engine.AllowsPort = _processor.AllowsPort;
        _engine.PortAccessed = _processor.NotePort;
        _engine.SystemCalled = _processor.CallSystem;
        _movable = [.. parts.Devices.Select(mapping => mapping.Device).OfType<IMovableMemory>()];
        InputPorts = [.. parts.Devices.Select(mapping => mapping.Device).OfType<IInputPort>()];
        Screens = [.. parts.Devices.Select(mapping => mapping.Device).OfType<IScreen>()];
        _engine.BeginInterval();
        Reset();
    }

    /// <summary>Instructions executed since power-on.</summary>
    public ulong Position => _engine.Position;

    /// <summary>Virtual time in ns.</summary>
    public ulong Time => _clock.Now;

    public IProcessor Processor => _processor;

    public MemoryMap Memory => _parts.Memory;

    /// <summary>Where breakpoints and watchpoints are set, and intervals begin.</summary>
    public ExecutionEngine Engine => _engine;

    public IReadOnlyList<DeviceMapping> Devices => _parts.Devices;

    /// <summary>Accesses that nothing answered since the machine was made.</summary>
    public ulong UnansweredAccesses { get; private set; }

    /// <summary>Told of each of them, before the guest gets its fault; it must leave the machine alone.</summary>
    public Action<UnansweredAccess>? Unanswered { get; set; }

    /// <summary>Told of each access to registers that an SVD file describes; it must leave the machine alone.</summary>
    public Action<RegisterAccess>? RegisterAccessed { get; set; }

    /// <summary>Told of each reset that the guest brought about, before it; it must leave the machine alone.</summary>
    public Action<MachineReset>? Resetting { get; set; }

    /// <summary>Position of the last breakpoint that a run in <see cref="HitMode.Note"/> passed, if any.</summary>
    public ulong? LastBreakpoint { get; private set; }

    /// <summary>The last watched access that a run in <see cref="HitMode.Note"/> made, if any.</summary>
    public WatchHit? LastWatch { get; private set; }

    /// <summary>The blocks that made watched accesses to memory in a run in <see cref="HitMode.Scan"/>.</summary>
    public WatchedBlocks WatchedBlocks { get; private set; }

    /// <summary>Input ports of all devices.</summary>
    public IReadOnlyList<IInputPort> InputPorts { get; }

    /// <summary>All devices that show a picture.</summary>
    public IReadOnlyList<IScreen> Screens { get; }

    /// <summary>The lights of all devices, as they are now.</summary>
    public IEnumerable<Light> Lights =>
        _parts.Devices.Select(mapping => mapping.Device).OfType<ILights>().SelectMany(device => device.Lights);

    /// <summary>
    /// Ports for which something waits outside: a run stops behind the access that lets one of them take a byte. Where
    /// input comes into a run is for the log to say, so this changes no replay.
    /// </summary>
    public IReadOnlyList<IInputPort> AwaitedPorts { get; set; } = [];

    /// <summary>
    /// Virtual time in ns: a run stops, as for input, behind the instruction or sleep at which it has come, for who waits for the
    /// host there. Changes no replay.
    /// </summary>
    public ulong PauseTime { get; set; } = ulong.MaxValue;

    /// <summary>
    /// Why a run in <see cref="HitMode.Stop"/> that comes to this position stops here, whatever the instruction does; null
    /// when it goes on.
    /// </summary>
    public StopReason? StopHere =>
        _engine.IsAtHit(_processor.ProgramCounter) ? new StopReason(StopKind.Breakpoint)
        : _engine.HasLeft(_processor.ProgramCounter) ? new StopReason(StopKind.LeftRange)
        : null;

    public bool HasSemihosting => _semihosting is not null;

    /// <summary>What the guest asked of the host; the machine runs on when <see cref="Reply"/> has answered it.</summary>
    public HostRequest? PendingRequest => _semihosting?.Pending;

    /// <summary>Runs until the position is <paramref name="limit"/>, or something stops the machine before.</summary>
    /// <param name="limit">Position to stop at.</param>
    /// <param name="hitMode">
    /// Stop: a breakpoint or watched access stops the run, except at the position where it began. Note: the run goes on,
    /// and <see cref="LastBreakpoint"/> and <see cref="LastWatch"/> name the last ones in [start, limit).
    /// </param>
    public StopReason Run(ulong limit, HitMode hitMode = HitMode.Stop)
    {
        LastBreakpoint = null;
        LastWatch = null;
        WatchedBlocks = default;
        _inputPossible = false;
        _engine.TakeOutsideWatch();
        var start = Position;
        while (Position < limit)
        {
            if (_semihosting?.ExitCode is { } exitCode)
            {
                return new StopReason(StopKind.Exited, ExitCode: exitCode);
            }

            if (_parts.Exit.Code is { } status)
            {
                return new StopReason(StopKind.Exited, ExitCode: status);
            }

            if (PendingRequest is not null)
            {
                return new StopReason(StopKind.HostCall);
            }

            if (_processor.Halted is not null && !IsResetDue)
            {
                return new StopReason(StopKind.Halted);
            }

            if (_processor.Sleeping)
            {
                return new StopReason(StopKind.Sleeping);
            }

            _engine.StopAtMaskChanges = _processor.HasPending || _processor.FollowsMaskChanges;
            _engine.StopAtModeChanges = _processor.FollowsModeChanges;
            var next = _processor.WaitsForOneInstruction ? Position + 1 : NextDeadlinePosition;
            if (_mappingChanged)
            {
                _mappingChanged = false;
                _engine.ForgetMapping();
            }

            var exit = _engine.RunTo(Math.Min(limit, Math.Min(next, NextDeadlinePosition)), hitMode, start);
            LastBreakpoint = _engine.LastBreakpoint ?? LastBreakpoint;
            LastWatch = _engine.LastWatch ?? LastWatch;
            WatchedBlocks = WatchedBlocks.Then(_engine.WatchedBlocks);
            if (exit.Kind == ExitKind.Watchpoint)
            {
                Settle();
                return new StopReason(StopKind.Watchpoint, exit.Watch);
            }

            if (exit.Kind == ExitKind.MemoryFault && _processor.Translation is null)
            {
                UnansweredAccesses++;
                Unanswered?.Invoke(new UnansweredAccess(
                    Position - 1, _processor.ProgramCounter, exit.Address, exit.Access, IsDenied(exit)));
            }

            Handle(exit);
            if (_engine.TakeOutsideWatch() is { } outside)
            {
                if (hitMode == HitMode.Stop && (outside.Position != start || _engine.StopsAtFirstAccess))
                {
                    return new StopReason(StopKind.Watchpoint, outside);
                }

                LastWatch = LastWatch?.Position >= outside.Position ? LastWatch : outside;
            }

            if (PendingRequest is not null)
            {
                return new StopReason(StopKind.HostCall);
            }

            if (hitMode == HitMode.Stop && StopHere is { } stop)
            {
                return stop;
            }

            if (hitMode is HitMode.Note or HitMode.Scan && _engine.IsAtHit(_processor.ProgramCounter))
            {
                LastBreakpoint = Position < limit ? Position : LastBreakpoint;
            }

            if (_inputPossible || _clock.Now >= PauseTime || _engine.IsExhausted)
            {
                _inputPossible = false;
                return new StopReason(Position < limit ? StopKind.InputPossible : StopKind.LimitReached);
            }
        }

        return new StopReason(StopKind.LimitReached);
    }

    /// <summary>Gives a byte to an input port at this position and settles.</summary>
    public void Receive(IInputPort port, byte value)
    {
        port.Receive(value);
        Settle();
    }

    /// <summary>Ends the semihosting call that waits for the host, and settles.</summary>
    public void Reply(HostReply reply)
    {
        _semihosting?.Reply(reply);
        Settle();
    }

    /// <summary>Resets the machine as its reset line does: memory keeps its contents, the position goes on.</summary>
    public void Reset()
    {
        _parts.ResetLine.Clear();
        foreach (var mapping in _parts.Devices)
        {
            mapping.Device.Reset();
        }

        _semihosting?.Reset();
        _processor.Reset();
        Settle();
    }

    private bool IsResetDue => _processor.ResetRequested || _parts.ResetLine.IsSet;

    /// <summary>The run is over because of a reset, or not.</summary>
    private void EndAtReset(bool isOver)
    {
        _endedAtReset = isOver;
        _parts.ResetLine.Clear();
        _parts.Exit.Set("reset", isOver ? 0 : null);
    }

    public void Dispose()
    {
        _engine.Dispose();
        foreach (var region in Memory.Regions)
        {
            region.Dispose();
        }
    }

    /// <summary>First position at which the next timer is due.</summary>
    private ulong NextDeadlinePosition
    {
        get
        {
            var deadline = _clock.NextDeadline;
            return deadline == ulong.MaxValue ? ulong.MaxValue
                : _timeStoodAt is null
                    ? (deadline - Math.Min(deadline, _idleTime) + _parts.NanosecondsPerInstruction - 1)
                        / _parts.NanosecondsPerInstruction
                : deadline <= TimeAt(Position) ? Position : ulong.MaxValue;
        }
    }

    private ulong TimeAt(ulong position) =>
        (_timeStoodAt ?? position) * _parts.NanosecondsPerInstruction + _idleTime;

    /// <summary>Whether an awaited port can take a byte, which then ends the run.</summary>
    private bool CanTakeInput()
    {
        for (var i = 0; i < AwaitedPorts.Count; i++)
        {
            _inputPossible |= AwaitedPorts[i].CanReceive;
        }

        return _inputPossible;
    }

    private bool IsDenied(EngineExit exit) =>
        Memory.TryFind(exit.Address, out _, out _)
        || (exit.Access != MemoryAccess.Fetch && _processor.Protection is { IsActive: true } protection
            && !protection.Allows(exit.Address, 1, exit.Access, _processor.ProgramCounter));

    private void Handle(EngineExit exit)
    {
        _clock.Now = TimeAt(Position);
        if (_semihosting?.TryHandle(exit) != true)
        {
            _processor.Handle(exit);
        }

        Settle();
    }

    private void Settle()
    {
        for (var sleeps = 0; ; sleeps++)
        {
            _clock.Now = TimeAt(Position);
            _clock.FireExpired();
            CanTakeInput(); // a timer may have made one ready
            if (_semihosting is { Pending: not null } or { ExitCode: not null })
            {
                // The call is not over: what is due is entered behind it.
                return;
            }

            if (_parts.Exit.Code is not null)
            {
                return;
            }

            if (IsResetDue)
            {
                Resetting?.Invoke(new MachineReset(Position, _processor.Halted));
                if (_parts.EndsAtReset)
                {
                    EndAtReset(true);
                    return;
                }

                Reset();
                return;
            }

            _processor.Settle();
            if (!_processor.Sleeping || _clock.NextDeadline == ulong.MaxValue || sleeps == LongestSleep)
            {
                return;
            }

            _idleTime += _clock.NextDeadline - _clock.Now;
        }
    }
}
