using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

/// <summary>How a replay ended, and the last breakpoint and watched access that it noted on the way.</summary>
public readonly record struct TravelHits(StopReason Reason, ulong? LastBreakpoint, WatchHit? LastWatch);
