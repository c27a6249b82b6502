using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>
/// Named positions of a timeline. Each pins a snapshot, so that going there is fast however long history grows.
/// </summary>
internal sealed class Bookmarks(Timeline timeline)
{
    /// <summary>Snapshots can't be thinned while they are pinned, so there is an end to it.</summary>
    public const int Most = 1000;

    private readonly SortedDictionary<string, Bookmark> _all = new(StringComparer.Ordinal);

    /// <summary>By branch, then position, then name.</summary>
    public IEnumerable<Bookmark> All =>
        _all.Values.OrderBy(bookmark => bookmark.Branch.Number).ThenBy(bookmark => bookmark.Position);

    public bool IsFull => _all.Count >= Most;

    public Bookmark? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Names this position; a name that is taken moves here.</summary>
    public Bookmark Set(string name)
    {
        Remove(name);
        var bookmark = new Bookmark(
            name,
            timeline.History.OwnerOf(timeline.Position),
            timeline.Position,
            timeline.Machine.Time,
            timeline.Machine.Processor.ProgramCounter);
        _all.Add(name, bookmark);
        timeline.AddSnapshot();
        timeline.Snapshots.Pin(timeline.Position);
        return bookmark;
    }

    /// <summary>False when there is none of that name.</summary>
    public bool Remove(string name)
    {
        if (!_all.Remove(name, out var bookmark))
        {
            return false;
        }

        // The start's own pin is the timeline's.
        if (bookmark.Position != 0
            && !_all.Values.Any(other => (other.Branch, other.Position) == (bookmark.Branch, bookmark.Position)))
        {
            timeline.Snapshots.Unpin(bookmark.Position, bookmark.Branch.Number);
        }

        return true;
    }
}
