using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

/// <summary>What happened: every input event, and the index of every closed interval. Only grows (law 6).</summary>
public sealed class History
{
    private readonly List<InputEvent> _events = [];
    private readonly List<IntervalRecord> _intervals = [];

    /// <summary>Input events in the order in which they are applied; positions never descend.</summary>
    public IReadOnlyList<InputEvent> Events => _events;

    /// <summary>Closed intervals, each beginning where the one before ended; the first at 0.</summary>
    public IReadOnlyList<IntervalRecord> Intervals => _intervals;

    /// <summary>Where the last closed interval ends.</summary>
    public ulong ClosedEnd => _intervals.Count > 0 ? _intervals[^1].Last : 0;

    /// <exception cref="ArgumentException">The event lies before the last one.</exception>
    public void Add(InputEvent input)
    {
        if (_events.Count > 0 && input.Position < _events[^1].Position)
        {
            throw new ArgumentException("An input event can't precede one that is there.", nameof(input));
        }

        _events.Add(input);
    }

    /// <exception cref="ArgumentException">The interval does not begin where the last one ended.</exception>
    public void Add(IntervalRecord interval)
    {
        if (interval.First != ClosedEnd)
        {
            throw new ArgumentException("Intervals must follow each other.", nameof(interval));
        }

        _intervals.Add(interval);
    }
}
