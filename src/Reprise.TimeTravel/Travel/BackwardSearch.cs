using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

// Goal: find the last hit before a position.
//
// Invariants:
// - There is no stop at each hit: intervals that can hold one are scanned once each, newest first, the one of the position
//   in parts; then the block that
//   a scan names is looked at closely, and the machine is put at the hit.
// - A breakpoint's hit must lie before the position, and its condition must hold: the engine asks while it runs.
// - A watched access stops behind it, and one by the instruction just before the position is a hit (Traveler says why).
// - An interrupted search ends where all behind it has been searched, so that the next one goes on from there. The state
//   there is kept: going back to it takes no time, and whoever interrupts is not to wait.

/// <summary>Goes back on a timeline to the last hit.</summary>
internal sealed class BackwardSearch
{
    /// <summary>Instructions before where a search begins that are looked at first.</summary>
    private static readonly ulong[] _near = [500, 10_000, 100_000, 1_000_000];

    private readonly Timeline _timeline;
    private readonly Recorder? _recorder;
    private readonly StopPoints _stops;
    private readonly InterruptibleReplay _sliced;
    private readonly SearchCrew? _crew;

    /// <param name="timeline">Where to search.</param>
    /// <param name="recorder">Of what is recorded on it; null when nothing is.</param>
    /// <param name="stops">What is searched for.</param>
    /// <param name="sliced">Goes on that timeline.</param>
    /// <param name="crew">Helps; null when nobody does.</param>
    public BackwardSearch(
        Timeline timeline, Recorder? recorder, StopPoints stops, InterruptibleReplay sliced, SearchCrew? crew)
    {
        _crew = crew;
        _timeline = timeline;
        _recorder = recorder;
        _stops = stops;
        _sliced = sliced;
    }

    /// <summary>Undoes one instruction, unless that made a watched access: then that is told first.</summary>
    /// <param name="fence">First position to go to.</param>
    public TravelStop Step(ulong fence)
    {
        if (_timeline.Position <= fence)
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

    /// <summary>Goes back to the last breakpoint or behind the last watched access, or to the fence.</summary>
    /// <param name="fence">First position to go to.</param>
    /// <param name="interrupted">Asked now and then; true ends the search.</param>
    public TravelStop Run(ulong fence, Func<bool> interrupted)
    {
        var origin = _timeline.Position;
        if (origin <= fence)
        {
            return new TravelStop(TravelStopKind.BeginOfHistory);
        }

        _recorder?.CloseInterval();
        _timeline.KeepHere();
        var searched = origin;
        var alone = 0ul;
        var intervals = _timeline.History.Intervals;
        var query = new IndexQuery(_timeline.Machine.Memory, _stops.Breakpoints, _stops.Watchpoints);
        for (var i = intervals.Count - 1; i >= 0 && intervals[i].Last > fence; i--)
        {
            var interval = intervals[i];
            if (interval.First >= origin || !(query.MayHold(interval) || MayHoldEvents(query, intervals, i)))
            {
                continue;
            }

            if (_crew?.IsCalledAfter(alone) == true && _stops.Breakpoints.Count == 0)
            {
                var stretches = StretchesFrom(i, fence, origin, query);
                if (!_crew.TryFindLast(_timeline, stretches, interrupted, out var last))
                {
                    return Interrupted(searched);
                }

                for (; i >= 0 && intervals[i].First >= (last ?? 0); i--)
                {
                }

                if (i < 0)
                {
                    break;
                }

                interval = intervals[i];
            }

            var first = Math.Max(interval.First, fence);
            var end = Math.Min(interval.Last, origin);
            alone += end - first;
            var isNear = end == origin && _stops.Watchpoints.Count > 0;
            if (isNear && end - first > 2 * _near[^1] && !_sliced.TryGo(end - _near[^1], interrupted))
            {
                return Interrupted(searched);
            }

            foreach (var part in isNear ? PartsOf(first, end) : [new PositionRange(first, end)])
            {
                if (SearchIn(part, fence, searched, interrupted) is { } found)
                {
                    return found;
                }

                searched = part.Start;
            }
        }

        if (_sliced.TryGo(fence, interrupted))
        {
            return new TravelStop(TravelStopKind.BeginOfHistory);
        }

        return Interrupted(searched);
    }

    /// <summary>
    /// From the last to the first: where a search for an access begins the hit is likely to be near, a scan may be slow, and
    /// snapshots lie on the way (Timeline).
    /// </summary>
    private static IEnumerable<PositionRange> PartsOf(ulong first, ulong end)
    {
        var part = new PositionRange(first, end);
        foreach (var distance in _near)
        {
            if (end - first > 2 * distance)
            {
                yield return part with { Start = end - distance };
                part = part with { End = end - distance };
            }
        }

        yield return part;
    }

    /// <summary>Searches a part of an interval; null when there is nothing.</summary>
    private TravelStop? SearchIn(PositionRange part, ulong fence, ulong searched, Func<bool> interrupted)
    {
        if (!_sliced.TryGo(part.Start, interrupted))
        {
            return Interrupted(searched);
        }

        _timeline.KeepHere();
        if (FindLast(part.Start, part.End, interrupted) is not { } hits)
        {
            return Interrupted(searched);
        }

        if (hits.LastWatch is { } watch && !(watch.Position + 1 < hits.LastBreakpoint))
        {
            return _sliced.TryGo(watch.Position + 1, interrupted)
                ? new TravelStop(TravelStopKind.Watchpoint, watch)
                : Interrupted(searched);
        }

        if (hits.LastBreakpoint is not { } position)
        {
            return null;
        }

        if (!_sliced.TryGo(position, interrupted))
        {
            return Interrupted(searched);
        }

        // The access may be the last one of the part before.
        return position == part.Start && position > fence && WatchedAccessBefore(position) is { } before
            ? new TravelStop(TravelStopKind.Watchpoint, before)
            : new TravelStop(TravelStopKind.Breakpoint);
    }

    /// <summary>What is left to search, from the last to the first, each from the snapshot at or before it.</summary>
    private List<Stretch> StretchesFrom(int i, ulong fence, ulong origin, IndexQuery query)
    {
        var intervals = _timeline.History.Intervals;
        var stretches = new List<Stretch>();
        for (; i >= 0 && intervals[i].Last > fence; i--)
        {
            if (intervals[i].First >= origin || !(query.MayHold(intervals[i]) || MayHoldEvents(query, intervals, i)))
            {
                continue;
            }

            var first = Math.Max(intervals[i].First, fence);
            var snapshot = _timeline.Snapshots.FindAtOrBefore(first)!;
            if (stretches.Count > 0 && ReferenceEquals(stretches[^1].Snapshot, snapshot))
            {
                stretches[^1] = stretches[^1] with { First = first };
            }
            else
            {
                stretches.Add(new Stretch(snapshot, first, Math.Min(intervals[i].Last, origin)));
            }
        }

        return stretches;
    }

    /// <summary>
    /// What events at an interval's end did comes with it, and is in the index of the one behind, which is of no length.
    /// </summary>
    private static bool MayHoldEvents(IndexQuery query, IReadOnlyList<IntervalRecord> intervals, int i)
    {
        for (var end = intervals[i].Last; ++i < intervals.Count && intervals[i].Last == end;)
        {
            if (query.MayHold(intervals[i]))
            {
                return true;
            }
        }

        return false;
    }

    private TravelStop Interrupted(ulong searched)
    {
        _timeline.Seek(searched);
        return new TravelStop(TravelStopKind.Interrupted);
    }

    /// <summary>The watched access of the instruction before a position; the timeline is at that position then.</summary>
    private WatchHit? WatchedAccessBefore(ulong position)
    {
        if (_stops.Watchpoints.Count == 0 || position == 0)
        {
            return null;
        }

        _timeline.Seek(position - 1);
        return _timeline.Replay(position, HitMode.Note).LastWatch;
    }

    /// <summary>The last hits between two positions, the first of which is here; null when interrupted.</summary>
    private TravelHits? FindLast(ulong first, ulong end, Func<bool> interrupted)
    {
        if (_sliced.Replay(end, HitMode.Scan, interrupted) is not { } scan)
        {
            return null;
        }

        if (scan.WatchedBlocks.Last is not { } block)
        {
            return scan;
        }

        // What the scan saw of an instruction that then did not run leaves nothing to find: look closely everywhere.
        if (!_sliced.TryGo(block.Start, interrupted))
        {
            return null;
        }

        var blockEnd = Math.Min(block.End, end);
        var watch = _timeline.Replay(blockEnd, HitMode.Note).LastWatch;
        if (watch is null)
        {
            _timeline.Seek(first);
            return _sliced.Replay(end, HitMode.Note, interrupted);
        }

        return scan with { LastWatch = scan.LastWatch?.Position > watch.Value.Position ? scan.LastWatch : watch };
    }
}
