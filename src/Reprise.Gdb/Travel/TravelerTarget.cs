using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.Gdb.Descriptions;
using Reprise.Gdb.FileIo;
using Reprise.Gdb.Monitor;
using Reprise.Gdb.Packets;
using Reprise.Gdb.Targets;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Travel;

/// <summary>A timeline as gdb sees it, live or recorded.</summary>
public sealed class TravelerTarget
    : IDebugTarget, IBreakpointTarget, IReverseTarget, IMonitorTarget, IRestartTarget, IBackgroundTarget,
        IMemoryMapTarget, IThreadTarget, IPassAccessTarget, IStepMaskTarget, IFileTarget
{
    private const int AllStepBits = StepBits.Enable | StepBits.NoInterrupts | StepBits.NoTimers;

    private readonly Traveler _traveler;
    private readonly int[] _registers;
    private readonly PlacedBreakpoints _breakpoints;
    private readonly MonitorContext _monitor;
    private int _stepMask;

    /// <param name="traveler">What moves.</param>
    /// <param name="runsAlone">The guest runs while nobody is connected.</param>
    /// <param name="name">What is debugged, as the user knows it: a file's name.</param>
    /// <param name="symbols">The firmware's names, for <c>monitor</c>; null when it has none.</param>
    public TravelerTarget(
        Traveler traveler, bool runsAlone, string name = "firmware", IReadOnlyList<FirmwareSymbol>? symbols = null)
    {
        _monitor = new MonitorContext(name, traveler, symbols ?? []);
        _traveler = traveler;
        StepMask = AllStepBits;
        _breakpoints = new PlacedBreakpoints(traveler);
        RunsAlone = runsAlone;
        var processor = Timeline.Machine.Processor;
        Description = DescriptionCatalog.Of(processor.Name);
        MemoryAreas = BoardMemory.AreasOf(Timeline.Machine);
        _registers = new int[Description.Registers.Max(register => register.Number) + 1];
        foreach (var register in Description.Registers)
        {
            _registers[register.Number] = processor.Registers.Select((info, index) => (info, index))
                .Single(pair => pair.info.Name == register.Name).index;
        }
    }

    public TargetDescription Description { get; }

    public IReadOnlyList<MemoryArea> MemoryAreas { get; }

    public string ThreadName => Timeline.Machine.Processor.Name;

    public string ThreadState => Timeline.Machine.Processor.Sleeping ? "halted" : "running";

    public DebugStop LastStop { get; private set; } = DebugStop.Step;

    public bool RunsAlone { get; private set; }

    /// <summary>How the run ended, if it did; otherwise the last stop.</summary>
    public TravelStop LastTravelStop { get; private set; }

    /// <summary>The guest stopped by itself while nobody was connected; its history is still there for the next.</summary>
    public event Action<TravelStop>? RanToEnd;

    /// <summary>As in QEMU's replay, a step in the past holds nothing back: it repeats what was.</summary>
    public int SupportedStepMask => _traveler.IsAtLiveEnd ? AllStepBits : StepBits.Enable;

    public int StepMask
    {
        get => _stepMask & SupportedStepMask;
        set
        {
            _stepMask = value;
            _traveler.StepHolds =
                ((value & StepBits.NoInterrupts) != 0 ? StepHolds.Interrupts : StepHolds.None)
                | ((value & StepBits.NoTimers) != 0 ? StepHolds.Time : StepHolds.None);
        }
    }

    private Timeline Timeline => _traveler.Timeline;

    public bool TryReadRegister(int number, Span<byte> value)
    {
        value.Clear();
        var index = _registers[number];
        var bytes = (Timeline.Machine.Processor.Registers[index].Bits + 7) / 8;
        Timeline.Machine.Processor.ReadRegister(index, value[..Math.Min(bytes, value.Length)]);
        return true;
    }

    public WriteResult WriteRegister(int number, ReadOnlySpan<byte> value)
    {
        var index = _registers[number];
        var register = Timeline.Machine.Processor.Registers[index];
        var bytes = Math.Min(value.Length, (register.Bits + 7) / 8);
        Span<byte> now = stackalloc byte[bytes];
        Timeline.Machine.Processor.ReadRegister(index, now);
        return now.SequenceEqual(value[..bytes]) ? WriteResult.Done
            : register.IsReadOnly ? WriteResult.Refused($"{register.Name} can't be changed here")
            : Poke(InputKind.Register, [(byte)index, .. value[..bytes]]);
    }

    public int ReadMemory(ulong address, Span<byte> destination) => Timeline.Machine.Peek(address, destination);

    public WriteResult WriteMemory(ulong address, ReadOnlySpan<byte> value)
    {
        var machine = Timeline.Machine;
        var pieces = new List<(ulong Physical, int Start, int Length, InputKind Kind)>();
        for (int at = 0, length; at < value.Length; at += length)
        {
            var here = address + (ulong)at;
            length = (int)Math.Min((ulong)(value.Length - at), PageEnd(here) - here);
            if (!machine.TryFindPhysical(here, out var physical) || !machine.Answers(physical))
            {
                return WriteResult.Refused($"no memory at 0x{here:x}");
            }

            var kind = machine.Memory.TryFind(physical, out _, out _) ? InputKind.Memory : InputKind.Device;
            if (kind == InputKind.Memory && pieces.Count > 0 && pieces[^1] is { Kind: InputKind.Memory } last
                && last.Physical + (ulong)last.Length == physical)
            {
                pieces[^1] = last with { Length = last.Length + length };
            }
            else
            {
                pieces.Add((physical, at, length, kind));
            }
        }

        if (pieces.TrueForAll(piece => piece.Kind == InputKind.Memory) && IsThere(address, value))
        {
            return WriteResult.Done;
        }

        var result = WriteResult.Done;
        foreach (var (physical, start, length, kind) in pieces)
        {
            var one = Poke(kind, [.. BitConverter.GetBytes(physical), .. value.Slice(start, length)]);
            if (!one.Succeeded)
            {
                return one;
            }

            // The first tells of the branch that it forked.
            result = result.Note is null ? one : result;
        }

        return result;
    }

    public WriteResult Insert(BreakpointKind kind, ulong address, int length, Func<bool>? condition) =>
        _breakpoints.Insert(kind, address, length, condition);

    public WriteResult Remove(BreakpointKind kind, ulong address, int length) =>
        _breakpoints.Remove(kind, address, length);

    public DebugStop Resume(ResumeAction action, Func<bool> interrupted)
    {
        var stop = action.Kind switch
        {
            ResumeKind.Step => _traveler.Step(interrupted),
            ResumeKind.StepRange => _traveler.StepRange(RangeOf(action), interrupted),
            ResumeKind.Continue => _traveler.Continue(interrupted),
            ResumeKind.ReverseStep => _traveler.ReverseStep(),
            _ => _traveler.ReverseContinue(interrupted),
        };
        return LastStop = Translate(stop);
    }

    public DebugStop Reply(FileReply reply, ResumeAction action, Func<bool> interrupted)
    {
        var machine = Timeline.Machine;
        if (Files is not { } files || _traveler.Recorder!.IsInThePast || machine.PendingRequest is null)
        {
            return Resume(action, interrupted);
        }

        var (answer, next) = files.Take(reply.Result, reply.Error);
        if (answer is not { } host)
        {
            return LastStop = next is null ? DebugStop.Interrupted : DebugStop.FileCall(next);
        }

        _traveler.Recorder.Reply(host);
        return reply.Interrupted ? LastStop = DebugStop.Interrupted
            : action.Kind == ResumeKind.Step ? LastStop = DebugStop.Step
            : machine.StopHere is not null
                ? LastStop = _breakpoints.StopAt(machine.Processor.ProgramCounter)
            : action.Kind == ResumeKind.StepRange && !RangeOf(action).Contains(machine.Processor.ProgramCounter)
                ? LastStop = DebugStop.Step
            : Resume(action, interrupted);
    }

    public void PassAccess(bool backwards) => _traveler.PassAccess(backwards);

    public bool Execute(string command, TextWriter output, Func<bool> interrupted, bool hints)
    {
        _monitor.Interrupted = interrupted;
        _monitor.Hints = hints;
        return MonitorTable.Execute(command, _monitor, output);
    }

    public DebugStop Restart()
    {
        Timeline.Seek(0);
        return LastStop = DebugStop.Step;
    }

    /// <summary>What began as a recording stays, on its branches too.</summary>
    public void Detach() => RunsAlone = _traveler.Recorder is not null && !Timeline.History.Branches[0].IsFinished;

    public void Kill()
    {
    }

    public bool RunAlone(Func<bool> stop)
    {
        var reason = _traveler.Continue(stop);
        while (reason.Kind == TravelStopKind.HostCall)
        {
            // Nobody is there whose files they could be.
            _traveler.Recorder!.Reply(HostReply.Failed(HostError.AccessDenied));
            reason = _traveler.Continue(stop);
        }

        LastStop = Translate(reason);
        RunsAlone = false;
        if (reason.Kind != TravelStopKind.Interrupted)
        {
            RanToEnd?.Invoke(reason);
        }

        return true;
    }

    private DebuggerFiles? Files => _traveler.Recorder?.Host as DebuggerFiles;

    private static CodeRange RangeOf(ResumeAction action) => new(action.Start, action.End);

    private ulong PageEnd(ulong address)
    {
        var size = (ulong)Timeline.Machine.Memory.PageSize;
        return address - address % size + size;
    }

    private WriteResult Poke(InputKind kind, byte[] data)
    {
        if (_traveler.Recorder is not { } recorder)
        {
            return WriteResult.Refused("nothing can be changed here");
        }

        if (!recorder.IsInThePast)
        {
            recorder.Poke(kind, data);
            return WriteResult.Done;
        }

        if (Timeline.History.Branches.Count >= History.MostBranches)
        {
            return WriteResult.Refused($"the past stays as it is: there are {History.MostBranches} branches already");
        }

        recorder.Poke(kind, data);
        return WriteResult.DoneWith(ForkNote.Of(Timeline.History));
    }

    /// <summary>Whether memory holds these bytes already: writing them changes nothing, and forks no branch.</summary>
    private bool IsThere(ulong address, ReadOnlySpan<byte> value)
    {
        var now = new byte[value.Length];
        return ReadMemory(address, now) == now.Length && value.SequenceEqual(now);
    }

    /// <summary>
    /// The debugger's PC is the address of the instruction. It is not where CS has a base: there gdb would take a reported
    /// breakpoint for a stale one, because it has none at its PC, and go on; a plain trap makes it stop.
    /// </summary>
    private bool ShowsAddress
    {
        get
        {
            var counter = Description.ProgramCounter;
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            value.Clear();
            TryReadRegister(counter.Number, value[..counter.Size]);
            return BinaryPrimitives.ReadUInt64LittleEndian(value) == Timeline.Machine.Processor.ProgramCounter;
        }
    }

    private DebugStop Translate(TravelStop stop)
    {
        LastTravelStop = stop;
        return stop.Kind switch
        {
            TravelStopKind.Breakpoint when ShowsAddress => _breakpoints.StopAt(Timeline.Machine.Processor.ProgramCounter),
            TravelStopKind.Watchpoint => DebugStop.Watchpoint(
                PlacedBreakpoints.AccessOf(stop.Watch.Watchpoint), _breakpoints.NamedAddress(stop.Watch.Address)),
            TravelStopKind.BeginOfHistory => DebugStop.ReplayLogBegin,
            TravelStopKind.EndOfHistory => DebugStop.ReplayLogEnd,
            TravelStopKind.Interrupted => DebugStop.Interrupted,
            TravelStopKind.HostCall => DebugStop.FileCall(Files!.Begin(Timeline.Machine.PendingRequest!)),
            TravelStopKind.Exited => DebugStop.Exited(stop.ExitCode),
            _ => DebugStop.Step,
        };
    }
}
