using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Travel;

/// <summary>Takes each closed interval of a run, in order, whatever branch it is on: the recording file.</summary>
public interface IRecordingSink
{
    /// <param name="branch">Where it was closed.</param>
    /// <param name="interval">The interval that was closed.</param>
    /// <param name="events">Input events in it, up to its end.</param>
    /// <param name="snapshot">The state at its end.</param>
    /// <param name="changedPages">Pages that differ from the snapshot that was given before, ascending.</param>
    void Add(
        History branch,
        IntervalRecord interval,
        IReadOnlyList<InputEvent> events,
        Snapshot snapshot,
        IReadOnlyList<ChangedPage> changedPages);
}
