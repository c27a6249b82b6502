using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

/// <summary>Goes long ways on a timeline in slices, between which it asks whether to stop.</summary>
internal sealed class InterruptibleReplay(Timeline timeline)
{
    /// <summary>Instructions replayed between two looks at whether to stop: about 5 ms.</summary>
    public const ulong Slice = 5_000_000;

    /// <summary>Seeks; a long way is gone in slices. False when interrupted: then we are somewhere on it.</summary>
    public bool TryGo(ulong position, Func<bool> interrupted)
    {
        var snapshot = timeline.Snapshots.FindAtOrBefore(position)!.Position;
        if (position < timeline.Position || snapshot > timeline.Position)
        {
            if (position - snapshot > Slice)
            {
                timeline.KeepHere();
            }

            timeline.Seek(snapshot);
        }

        var far = position - timeline.Position > Slice;
        while (position - timeline.Position > Slice)
        {
            timeline.Replay(timeline.Position + Slice, HitMode.Ignore);
            if (interrupted())
            {
                return false;
            }
        }

        timeline.Seek(position);
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
            var hits = timeline.Replay(Math.Min(end, timeline.Position + Slice), hitMode);
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
