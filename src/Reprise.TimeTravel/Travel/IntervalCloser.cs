using System.IO.Hashing;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;
using Reprise.Unicorn;

namespace Reprise.TimeTravel.Travel;

/// <summary>Closes the intervals of a history that grows: their hashes, their index, and a snapshot at the end of each.</summary>
/// <param name="timeline">What is recorded.</param>
/// <param name="sink">Takes what is closed; null when nobody does.</param>
internal sealed class IntervalCloser(Timeline timeline, IRecordingSink? sink)
{
    private PageTree _lastPages = timeline.Memory.Tree;

    /// <summary>Ends the interval that is being recorded here, if it has begun.</summary>
    public void CloseHere()
    {
        var history = timeline.History;
        if (timeline.Position != timeline.End
            || (timeline.End == history.ClosedEnd && history.Events.Count == history.ClosedEvents))
        {
            return;
        }

        var (read, written, executed) = TouchedPages();
        var blocks = timeline.Machine.Engine.ExecutedBlocks
            .Select(block => new ExecutedBlock((uint)block.Address, block.Size))
            .OrderBy(block => block.Address).ThenBy(block => block.Size).ToList();
        timeline.Memory.Capture();
        Close(new IntervalRecord(
            history.ClosedEnd,
            timeline.End,
            timeline.Memory.Hash,
            XxHash3.HashToUInt64(timeline.SaveState()),
            read,
            written,
            executed,
            blocks));
    }

    /// <summary>Begins a branch where the machine is and enters it, all before it in closed intervals.</summary>
    /// <exception cref="InvalidOperationException">It would be a branch too many.</exception>
    public void Fork()
    {
        var position = timeline.Position;
        var parent = timeline.History.OwnerOf(position);
        var (hashLow, hashHigh) = timeline.StateHash();
        var branch = parent.Fork(position);
        timeline.Enter(branch);
        if (branch.ClosedEnd < position)
        {
            // The rest of the interval belongs to the parent. Its sets hold for the piece too: they may name too much.
            Close(parent.Intervals[branch.FirstInterval] with
            {
                Last = position,
                HashLow = hashLow,
                HashHigh = hashHigh,
            });
        }
    }

    /// <summary>Adds an interval that ends here, with memory as it was captured here.</summary>
    private void Close(IntervalRecord interval)
    {
        var history = timeline.History;
        var events = Enumerable.Range(history.ClosedEvents, history.Events.Count - history.ClosedEvents)
            .Select(index => history.Events[index]).ToList();
        history.Add(interval);
        var snapshot = timeline.AddCaptured();
        if (sink is not null)
        {
            sink.Add(history, interval, events, snapshot, ChangedPages(snapshot.Pages));
        }
    }

    /// <summary>What differs from the memory that the sink was given before, maybe that of another branch.</summary>
    private List<ChangedPage> ChangedPages(PageTree pages)
    {
        var zeros = new byte[timeline.Machine.Memory.PageSize];
        var changed = pages.DifferencesFrom(_lastPages)
            .Select(page => new ChangedPage((uint)page, pages[page]?.Memory ?? zeros)).ToList();
        _lastPages = pages;
        return changed;
    }

    private (List<uint> Read, List<uint> Written, List<uint> Executed) TouchedPages()
    {
        var tracker = timeline.Machine.Engine.Pages;
        List<uint> Having(PagePermissions access) =>
            [.. tracker.Touched.Where(page => (tracker.AccessTo(page) & access) != 0).Order().Select(page => (uint)page)];

        return (Having(PagePermissions.Read), Having(PagePermissions.Write), Having(PagePermissions.Execute));
    }
}
