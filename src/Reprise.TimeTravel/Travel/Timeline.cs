using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Travel;

// Goal: put the machine at any position of its history, at the cost of one interval of replay at most.
//
// Invariants:
// - Between two calls the machine is at Position, and every input event at or before Position has been applied: the
//   machine shows the state at Position (law 1).
// - Snapshots are taken only in such states, and know how many events they contain. Events may be added at the end of
//   history behind the last snapshot's back; then replay from it applies them first.
// - Nothing here changes history; a Recorder does, and only at its end.
// - History is the branch that the machine is on. Snapshots know the branch that owns their position, and those that
//   lie on the way to the end of this branch are at hand (SnapshotStore).

/// <summary>A machine, its history, and the snapshots from which to go back.</summary>
public sealed class Timeline : IDisposable
{
    /// <summary>
    /// How far before a target snapshots are left on the way there, so that going back again is fast. With the nearest one
    /// each step of a long way back costs about what a step forward does.
    /// </summary>
    private static readonly ulong[] _approaches = [1_000_000, 100_000, 10_000, 500];

    /// <summary>Snapshots left on the way to targets that are kept; older ones go first.</summary>
    private const int MaximumApproachSnapshots = 48;

    private readonly GatedOutput _output;
    private readonly MachineInputs _inputs;
    private readonly MemoryImage _memory;
    private readonly StateWriter _writer = new();
    private readonly Queue<Snapshot> _approachSnapshots = new();
    private readonly Dictionary<int, (ulong Position, int Events)> _seenOnBranch = [];
    private int _applied;
    private ulong _seen;
    private int _seenEvents;

    /// <param name="machine">At position 0, with its firmware; owned from here on.</param>
    /// <param name="history">Empty, or that of a recording of this machine.</param>
    /// <param name="output">The gate of the machine's output.</param>
    /// <param name="snapshotBudget">Bytes that snapshots may take.</param>
    public Timeline(Machine machine, History history, GatedOutput output, long snapshotBudget)
    {
        Machine = machine;
        machine.Engine.StopsAtFirstAccess = true;
        History = history;
        _output = output;
        _inputs = new MachineInputs(machine);
        _memory = new MemoryImage(machine);
        Snapshots = new SnapshotStore(snapshotBudget);
        Snapshots.Follow(history);
        AddSnapshot();
        Snapshots.Pin(0);
        End = history.ClosedEnd;
    }

    public Machine Machine { get; }

    /// <summary>The branch that the machine is on.</summary>
    public History History { get; private set; }

    public SnapshotStore Snapshots { get; }

    /// <summary>Last position of history.</summary>
    public ulong End { get; internal set; }

    public ulong Position => Machine.Position;

    /// <summary>Input events that the machine has seen.</summary>
    public int AppliedEvents => _applied;

    /// <summary>Called before the page and block sets of an interval that is being recorded are lost.</summary>
    internal Action? CloseInterval { get; set; }

    internal MemoryImage Memory => _memory;

    /// <summary>Pages of snapshots have numbers below this.</summary>
    internal int PageCapacity => _memory.Capacity;

    /// <summary>Hashes of the state at this position: memory, and all the rest.</summary>
    public (ulong Memory, ulong Others) StateHash()
    {
        CloseInterval?.Invoke();
        _memory.Capture();
        return (_memory.Hash, System.IO.Hashing.XxHash3.HashToUInt64(SaveState()));
    }

    /// <summary>Puts the machine on another branch, at the last snapshot there at or before a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position lies behind the end of that branch.</exception>
    public void Cross(History branch, ulong position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, EndOf(branch));
        if (branch != History)
        {
            CloseInterval?.Invoke();
            Enter(branch);
            Restore(Snapshots.FindAtOrBefore(position)!);
        }
    }

    /// <summary>Last position of a branch.</summary>
    public ulong EndOf(History branch) => branch == History ? End : branch.ClosedEnd;

    /// <summary>Puts the machine at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position lies behind the end of history.</exception>
    public void Seek(ulong position) => TrySeek(position, static () => false);

    /// <summary>The same, unless it is interrupted.</summary>
    /// <returns>False when it was: then the machine is somewhere on the way.</returns>
    internal bool TrySeek(ulong position, Func<bool> interrupted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, End);
        if (position < Position)
        {
            CloseInterval?.Invoke();
        }

        if (position > _seen)
        {
            // What is skipped says nothing, nor do its events.
            _seen = position;
            _seenEvents = Math.Max(_seenEvents, History.CountEvents(position));
        }

        var nearest = Snapshots.FindAtOrBefore(position)!;
        if (position < Position || nearest.Position > Position)
        {
            Restore(nearest);
        }

        foreach (var approach in _approaches)
        {
            if (position - Position > 2 * approach)
            {
                if (!TryReplay(position - approach, interrupted))
                {
                    return false;
                }

                AddApproachSnapshot();
            }
        }

        return TryReplay(position, interrupted);
    }

    /// <summary>Runs forward in history.</summary>
    /// <param name="limit">Position to stop at, at most <see cref="End"/>.</param>
    /// <param name="hitMode">As in <see cref="Machine.Run"/>.</param>
    public TravelHits Replay(ulong limit, HitMode hitMode)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, End);
        var start = Position;
        ulong? lastBreakpoint = null;
        WatchHit? lastWatch = null;
        var blocks = default(WatchedBlocks);
        while (true)
        {
            if (ApplyEvents() && hitMode != HitMode.Ignore)
            {
                if (Machine.Engine.TakeOutsideWatch() is { } outside && Position != start)
                {
                    if (hitMode == HitMode.Stop)
                    {
                        return new TravelHits(
                            new StopReason(StopKind.Watchpoint, outside), lastBreakpoint, lastWatch, blocks);
                    }

                    lastWatch = lastWatch?.Position >= outside.Position ? lastWatch : outside;
                }

                if (hitMode == HitMode.Stop && Position != start && Machine.StopHere is { } stop)
                {
                    return new TravelHits(stop, lastBreakpoint, lastWatch, blocks);
                }

                if (Position < limit && Machine.Engine.IsAtHit(Machine.Processor.ProgramCounter))
                {
                    lastBreakpoint = Position;
                }
            }

            if (Position >= limit)
            {
                return new TravelHits(new StopReason(StopKind.LimitReached), lastBreakpoint, lastWatch, blocks);
            }

            var reason = RunMachine(Math.Min(limit, NextEventPosition), hitMode);
            lastBreakpoint = Machine.LastBreakpoint ?? lastBreakpoint;
            lastWatch = Machine.LastWatch ?? lastWatch;
            blocks = blocks.Then(Machine.WatchedBlocks);
            if (reason.Kind != StopKind.LimitReached && NextEventPosition != Position)
            {
                return new TravelHits(reason, lastBreakpoint, lastWatch, blocks);
            }
        }
    }

    /// <summary>
    /// The same for who looks at an interruption in between: it may end earlier, where it has taken as long as a slice of plain
    /// instructions. The reason is then that the limit is reached.
    /// </summary>
    public TravelHits ReplaySlice(ulong limit, HitMode hitMode)
    {
        var engine = Machine.Engine;
        engine.EffortLimit = engine.Effort + InterruptibleReplay.SliceEffort;
        try
        {
            var hits = Replay(limit, hitMode);
            return hits.Reason.Kind == StopKind.InputPossible
                ? hits with { Reason = new StopReason(StopKind.LimitReached) }
                : hits;
        }
        finally
        {
            engine.EffortLimit = ulong.MaxValue;
        }
    }

    /// <summary>Keeps the state at this position, unless there is a snapshot of it already.</summary>
    public void AddSnapshot()
    {
        CloseInterval?.Invoke();
        _memory.Capture();
        AddCaptured();
    }

    /// <summary>Keeps the state at this position for a while, as those on the way to a target are.</summary>
    internal void KeepHere()
    {
        CloseInterval?.Invoke();
        AddApproachSnapshot();
    }

    /// <summary>What the machine has written is out when a debugger hears of a stop.</summary>
    internal void FlushOutput() => _output.Flush();

    public void Dispose() => Machine.Dispose();

    /// <summary>The machine's state without memory; valid until the next call.</summary>
    internal ReadOnlySpan<byte> SaveState()
    {
        _writer.Clear();
        Machine.Save(_writer);
        return _writer.Written;
    }

    /// <summary>A snapshot of what the last capture of memory saw.</summary>
    internal Snapshot AddCaptured()
    {
        var snapshot = CapturedSnapshot();
        Put(snapshot);
        return snapshot;
    }

    /// <summary>Adds a snapshot. One of that position may lack events that were added there since: it is replaced.</summary>
    public void Put(Snapshot snapshot)
    {
        Snapshots.Put(snapshot);
        Snapshots.Thin(Position);
    }

    /// <summary>
    /// Runs the machine, and lets its output through where it has not been before. It may stop where that begins, short
    /// of the limit.
    /// </summary>
    internal StopReason RunMachine(ulong limit, HitMode hitMode)
    {
        var known = Position < _seen;
        _output.IsOpen = !known;
        var reason = Machine.Run(known ? Math.Min(limit, _seen) : limit, hitMode);
        _seen = Math.Max(_seen, Position);
        return reason;
    }

    /// <summary>Whether a snapshot's state is one of this machine's, which is at its start, and stays there.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    /// <exception cref="EndOfStreamException">It is not.</exception>
    internal void Check(Snapshot snapshot)
    {
        RestoreMachine(snapshot);
        RestoreMachine(Snapshots.FindAtOrBefore(0)!);
    }

    /// <summary>Applies an event that was just added at the end of history.</summary>
    internal void ApplyEvents(InputEvent added)
    {
        History.Add(added);
        ApplyEvents();
        FlushOutput();
    }

    /// <summary>Puts a timeline that only repeats what was at a snapshot of another one's, on its branch.</summary>
    internal void Begin(History branch, Snapshot snapshot)
    {
        if (History != branch)
        {
            Enter(branch);
        }

        End = branch.ClosedEnd;
        Restore(snapshot);
    }

    /// <summary>Makes a branch the current one; the machine's state must be one of it, or be restored next.</summary>
    internal void Enter(History branch)
    {
        _seenOnBranch[History.Number] = (_seen, _seenEvents);
        (_seen, _seenEvents) = _seenOnBranch.GetValueOrDefault(branch.Number, (branch.ForkPosition, branch.FirstEvent));
        History = branch;
        End = Math.Max(branch.ClosedEnd, branch.ForkPosition);
        Snapshots.Follow(branch);
    }

    private ulong NextEventPosition =>
        _applied < History.Events.Count ? History.Events[_applied].Position : ulong.MaxValue;

    private bool TryReplay(ulong position, Func<bool> interrupted)
    {
        while (ReplaySlice(position, HitMode.Ignore).Reason.Kind == StopKind.LimitReached && Position < position)
        {
            if (interrupted())
            {
                return false;
            }
        }

        return true;
    }

    private bool ApplyEvents()
    {
        var any = false;
        while (NextEventPosition == Position)
        {
            _output.IsOpen = _applied >= _seenEvents;
            _inputs.Apply(History.Events[_applied]);
            _applied++;
            _seenEvents = Math.Max(_seenEvents, _applied);
            any = true;
        }

        return any;
    }

    private void Restore(Snapshot snapshot)
    {
        try
        {
            RestoreMachine(snapshot);
        }
        catch (Exception e) when (e is IOException or RecordingException)
        {
            // The file can't be read any more, or is another one. What needs none of it is left.
            Restore(Snapshots.FindAtOrBefore(0)!);
            throw;
        }

        _applied = snapshot.EventIndex;
        ApplyEvents();
        Machine.Engine.TakeOutsideWatch();
    }

    private void RestoreMachine(Snapshot snapshot)
    {
        _memory.Restore(snapshot.Pages);
        var reader = new StateReader(snapshot.State.Span);
        Machine.Restore(ref reader);
    }

    private void AddApproachSnapshot()
    {
        _memory.Capture();
        var snapshot = CapturedSnapshot();
        if (!Snapshots.Add(snapshot))
        {
            return;
        }

        _approachSnapshots.Enqueue(snapshot);
        while (_approachSnapshots.Count > MaximumApproachSnapshots)
        {
            Snapshots.Drop(_approachSnapshots.Dequeue());
        }
    }

    private Snapshot CapturedSnapshot() =>
        new(Position, _applied, SaveState().ToArray(), _memory.Tree, History.OwnerOf(Position).Number);
}
