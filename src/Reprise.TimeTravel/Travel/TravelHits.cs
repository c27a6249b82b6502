using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

/// <summary>How a replay ended, and what it noted on the way.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="LastBreakpoint">Position of the last breakpoint.</param>
/// <param name="LastWatch">The last watched access; after a scan only one that was not to memory.</param>
/// <param name="WatchedBlocks">After a scan, the blocks with watched accesses to memory.</param>
public readonly record struct TravelHits(
    StopReason Reason, ulong? LastBreakpoint, WatchHit? LastWatch, WatchedBlocks WatchedBlocks = default);
