using Reprise.Emulation.Execution;

namespace Reprise.TimeTravel.Travel;

// Goal: tell in a fraction of the time which part of history holds the last watched access.
//
// Invariants:
// - What the crew says only narrows a search (BackwardSearch): each of its machines scans, from snapshots that all share, a part of
//   a history that nothing changes meanwhile. Where exactly the access is, the one timeline that has stops finds out.
// - A part is given up only when one behind it has a hit: the answer does not depend on who is how fast.

/// <summary>Other machines like the one that is debugged, which search history for watched accesses side by side.</summary>
/// <param name="create">Makes one, at position 0; its history does not matter. Called on any thread.</param>
/// <param name="size">Machines; fewer than 2 never help.</param>
/// <param name="patience">
/// Instructions that a search goes back alone before it calls the crew: most hits are near, and machines take memory.
/// </param>
public sealed class SearchCrew(Func<Timeline> create, int size, ulong patience = SearchCrew.UsualPatience) : IDisposable
{
    private const ulong UsualPatience = 20_000_000;

    /// <summary>More do not help a user who waits, and take memory.</summary>
    private const int MostMachines = 8;

    /// <summary>Bytes of guest memory that all machines of a crew may have together.</summary>
    private const long MostMemory = 4L << 30;

    private const int MillisecondsBetweenLooks = 5;

    private readonly Timeline?[] _machines = new Timeline?[size];
    private readonly Lock _making = new();
    private bool _isBroken;

    /// <summary>As many machines as the host has processors, but not too much memory.</summary>
    /// <param name="guestMemory">Bytes of memory of one.</param>
    public static int SizeFor(long guestMemory) =>
        (int)Math.Min(Math.Min(Environment.ProcessorCount, MostMachines), MostMemory / Math.Max(1, guestMemory));

    /// <summary>Parts of history that the crew has searched to their ends so far.</summary>
    public int Searched { get; private set; }

    public void Dispose()
    {
        foreach (var machine in _machines)
        {
            machine?.Dispose();
        }
    }

    /// <summary>Whether the crew is to be called after a search of so many instructions.</summary>
    internal bool IsCalledAfter(ulong instructions) => size > 1 && !_isBroken && instructions >= patience;

    /// <summary>Searches for watched accesses.</summary>
    /// <param name="timeline">The one that searches, which stays as it is; its watchpoints are looked for, on its branch.</param>
    /// <param name="stretches">What to search, from the last to the first.</param>
    /// <param name="interrupted">Asked now and then, on this thread; true ends the search.</param>
    /// <param name="end">The end of the last block that has such an access, as far as a scan can tell; null when there is none.</param>
    /// <returns>False when interrupted.</returns>
    internal bool TryFindLast(
        Timeline timeline, IReadOnlyList<Stretch> stretches, Func<bool> interrupted, out ulong? end)
    {
        var search = new Search(timeline, stretches);
        var work = new Task[Math.Min(size, stretches.Count)];
        for (var i = 0; i < work.Length; i++)
        {
            var number = i;
            work[i] = Task.Factory.StartNew(
                () => search.Run(MachineOf(number)), TaskCreationOptions.LongRunning);
        }

        while (!AreDone(work))
        {
            search.IsOver |= interrupted();
        }

        Searched += search.Done;
        end = _isBroken ? stretches[0].End : search.End;
        return !search.IsOver;
    }

    /// <summary>One is made after the other: each takes memory near its own, which the next would be given (TranslationTuner).</summary>
    private Timeline MachineOf(int number)
    {
        lock (_making)
        {
            return _machines[number] ??= create();
        }
    }

    /// <summary>Waits a little. When a machine fails, the search goes on alone, and meets what is wrong itself.</summary>
    private bool AreDone(Task[] work)
    {
        try
        {
            return Task.WaitAll(work, MillisecondsBetweenLooks);
        }
        catch (AggregateException)
        {
            _isBroken = true;
            return true;
        }
    }

    /// <summary>One search, of which the machines take stretch after stretch.</summary>
    private sealed class Search(Timeline asker, IReadOnlyList<Stretch> stretches)
    {
        private readonly Lock _lock = new();
        private int _next;
        private int _found = int.MaxValue;
        private volatile bool _isOver;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }

        public int Done { get; private set; }

        public ulong? End { get; private set; }

        public void Run(Timeline timeline)
        {
            timeline.Machine.Engine.WatchLike(asker.Machine.Engine);
            var replay = new InterruptibleReplay(timeline);
            while (TryTake(out var index))
            {
                var stretch = stretches[index];
                timeline.Begin(asker.History, stretch.Snapshot);
                if (replay.Replay(stretch.First, HitMode.Ignore, IsInVain) is not null
                    && replay.Replay(stretch.End, HitMode.Scan, IsInVain) is { } hits)
                {
                    Take(index, hits);
                }

                bool IsInVain() => IsOver || Volatile.Read(ref _found) < index;
            }
        }

        private bool TryTake(out int index)
        {
            lock (_lock)
            {
                index = _next++;
                return !IsOver && index < stretches.Count && index < _found;
            }
        }

        private void Take(int index, TravelHits hits)
        {
            var end = Math.Max(hits.WatchedBlocks.Last?.End ?? 0, hits.LastWatch?.Position + 1 ?? 0);
            lock (_lock)
            {
                Done++;
                if (end > 0 && index < _found)
                {
                    _found = index;
                    End = end;
                }
            }
        }
    }
}
