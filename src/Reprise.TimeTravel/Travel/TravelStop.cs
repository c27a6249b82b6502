using Reprise.Emulation.Execution;

namespace Reprise.TimeTravel.Travel;

/// <summary>Why a journey ended; the timeline's position says where.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Watch">The watched access (<see cref="TravelStopKind.Watchpoint"/>).</param>
/// <param name="ExitCode">The guest's exit status (<see cref="TravelStopKind.Exited"/>).</param>
public readonly record struct TravelStop(TravelStopKind Kind, WatchHit Watch = default, int ExitCode = 0);
