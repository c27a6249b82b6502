namespace Reprise.Cli.Intervals;

/// <summary>What recording with one snapshot interval costs, and what it buys.</summary>
/// <param name="Length">Instructions between two snapshots.</param>
/// <param name="Recording">Time to record the run into a file: the fastest of several.</param>
/// <param name="FileBytes">The file's size.</param>
/// <param name="SnapshotBytes">What the snapshots in it hold, not compressed: the memory that they take once all were visited.</param>
/// <param name="Seek">Time to go to a position anywhere in the run: half of those tried took no longer.</param>
/// <param name="SlowestSeek">The longest of those tried.</param>
internal sealed record IntervalCost(
    ulong Length, TimeSpan Recording, long FileBytes, long SnapshotBytes, TimeSpan Seek, TimeSpan SlowestSeek);
