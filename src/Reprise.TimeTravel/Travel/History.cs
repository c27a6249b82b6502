using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

// Goal: what happened, on every branch, without ever changing it (law 6).
//
// Invariants:
// - A history only grows, at its end. One that is finished does not grow at all.
// - A branch begins with all that its parent has up to the fork, events at the fork included; its parent has closed
//   intervals up to there, so that what they share never changes.
// - Branches are numbered in the order in which they fork: a parent's number is below its child's.

/// <summary>One branch of what happened: every input event, and the index of every closed interval.</summary>
public sealed class History
{
    /// <summary>More than anybody forks by hand; bounds what a bad recording or peer can ask for.</summary>
    public const int MostBranches = 1000;

    private readonly List<History> _branches;
    private readonly ForkedList<InputEvent> _events;
    private readonly ForkedList<IntervalRecord> _intervals;

    /// <summary>The first branch: it begins at power-on, with nothing.</summary>
    public History()
    {
        _branches = [this];
        _events = new ForkedList<InputEvent>(null, 0);
        _intervals = new ForkedList<IntervalRecord>(null, 0);
    }

    private History(History parent, ulong position)
    {
        Parent = parent;
        ForkPosition = position;
        Number = parent._branches.Count;
        _branches = parent._branches;
        FirstEvent = parent.CountEvents(position);
        FirstInterval = CountUpTo(parent.Intervals, interval => interval.Last, position);
        _events = new ForkedList<InputEvent>(parent._events, FirstEvent);
        _intervals = new ForkedList<IntervalRecord>(parent._intervals, FirstInterval);
        ClosedEvents = FirstEvent;
    }

    /// <summary>Every branch, this one too, in the order of <see cref="Number"/>.</summary>
    public IReadOnlyList<History> Branches => _branches;

    /// <summary>Place among <see cref="Branches"/>; the first is 0.</summary>
    public int Number { get; }

    /// <summary>Where this branch forks from; null for the first.</summary>
    public History? Parent { get; }

    /// <summary>Position up to which this branch is its parent.</summary>
    public ulong ForkPosition { get; }

    /// <summary>Input events in the order in which they are applied; positions never descend.</summary>
    public IReadOnlyList<InputEvent> Events => _events;

    /// <summary>Closed intervals, each beginning where the one before ended; the first at 0.</summary>
    public IReadOnlyList<IntervalRecord> Intervals => _intervals;

    /// <summary>Index of the first event that is not the parent's.</summary>
    public int FirstEvent { get; }

    /// <summary>Index of the first interval that is not the parent's.</summary>
    public int FirstInterval { get; }

    /// <summary>Events that lie in closed intervals.</summary>
    public int ClosedEvents { get; private set; }

    /// <summary>Where the last closed interval ends.</summary>
    public ulong ClosedEnd => _intervals.Count > 0 ? _intervals[^1].Last : 0;

    /// <summary>True for what was read from a recording: it never grows.</summary>
    public bool IsFinished { get; private set; }

    /// <exception cref="ArgumentException">The event lies before the last one.</exception>
    /// <exception cref="InvalidOperationException">The history is finished.</exception>
    public void Add(InputEvent input)
    {
        CheckGrows();
        if (_events.Count > 0 && input.Position < _events[^1].Position)
        {
            throw new ArgumentException("An input event can't precede one that is there.", nameof(input));
        }

        _events.Add(input);
    }

    /// <exception cref="ArgumentException">The interval does not begin where the last one ended.</exception>
    /// <exception cref="InvalidOperationException">The history is finished.</exception>
    public void Add(IntervalRecord interval)
    {
        CheckGrows();
        if (interval.First != ClosedEnd)
        {
            throw new ArgumentException("Intervals must follow each other.", nameof(interval));
        }

        _intervals.Add(interval);
        ClosedEvents = _events.Count;
    }

    /// <summary>Begins another branch, which shares all up to a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No closed interval reaches that far.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MostBranches"/> already.</exception>
    public History Fork(ulong position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, ClosedEnd);
        if (_branches.Count >= MostBranches)
        {
            throw new InvalidOperationException($"There are {MostBranches} branches already.");
        }

        var branch = new History(this, position);
        _branches.Add(branch);
        return branch;
    }

    /// <summary>Ends the growth of this branch.</summary>
    public void Finish() => IsFinished = true;

    /// <summary>The branch that a position on this one belongs to: this one from its fork on.</summary>
    public History OwnerOf(ulong position)
    {
        var owner = this;
        while (owner.Parent is { } parent && position < owner.ForkPosition)
        {
            owner = parent;
        }

        return owner;
    }

    private void CheckGrows()
    {
        if (IsFinished)
        {
            throw new InvalidOperationException("A finished history does not grow; it can only be forked.");
        }
    }

    /// <summary>How many events there are up to a position, those at it included.</summary>
    public int CountEvents(ulong position) => CountUpTo(Events, input => input.Position, position);

    /// <summary>How many items lie at or before a position; they ascend.</summary>
    private static int CountUpTo<T>(IReadOnlyList<T> items, Func<T, ulong> positionOf, ulong position)
    {
        int low = 0, high = items.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = positionOf(items[middle]) <= position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
