using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

/// <summary>Goes long ways on a timeline in slices, between which it asks whether to stop.</summary>
internal sealed class InterruptibleReplay(Timeline timeline)
{
    /// <summary>Instructions between two looks at whether to stop: about 2 ms.</summary>
    private const ulong PlainSlice = 2_000_000;

    /// <summary>
    /// The same where breakpoints have conditions, or there are watchpoints: about 10 ms even if every third instruction
    /// asks one, or accesses a watched page, so that a busy host stays below 100 ms too.
    /// </summary>
    private const ulong SlowSlice = 100_000;

    /// <summary>What a slice may cost beside its instructions, in about ns.</summary>
    public const ulong SliceEffort = 10_000_000;

    /// <summary>Instructions that a machine runs between two looks at whether to stop.</summary>
    public static ulong SliceOf(Machine machine) =>
        machine.Engine.AsksOften ? SlowSlice : PlainSlice;

    /// <summary>Seeks; a long way is gone in slices. False when interrupted: then we are somewhere on it.</summary>
    public bool TryGo(ulong position, Func<bool> interrupted)
    {
        var snapshot = timeline.Snapshots.FindAtOrBefore(position)!.Position;
        if (position < timeline.Position || snapshot > timeline.Position)
        {
            if (position - snapshot > PlainSlice)
            {
                timeline.KeepHere();
            }

            timeline.Seek(snapshot);
        }

        var far = position - timeline.Position > PlainSlice;
        while (position - timeline.Position > PlainSlice)
        {
            timeline.ReplaySlice(timeline.Position + PlainSlice, HitMode.Ignore);
            if (interrupted())
            {
                return false;
            }
        }

        if (!timeline.TrySeek(position, interrupted))
        {
            return false;
        }

        if (far)
        {
            timeline.KeepHere();
        }

        return true;
    }

    /// <summary>Replays in slices, through what stops the machine; null when interrupted.</summary>
    public TravelHits? Replay(ulong end, HitMode hitMode, Func<bool> interrupted)
    {
        var all = new TravelHits(new StopReason(StopKind.LimitReached), null, null);
        while (timeline.Position < end)
        {
            var hits = timeline.ReplaySlice(Math.Min(end, timeline.Position + SliceOf(timeline.Machine)), hitMode);
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
}
