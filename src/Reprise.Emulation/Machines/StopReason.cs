using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Machines;

/// <summary>Why <see cref="Machine.Run"/> came back; the position says where.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Watch">The watched access (<see cref="StopKind.Watchpoint"/>).</param>
/// <param name="ExitCode">The guest's exit status (<see cref="StopKind.Exited"/>).</param>
public readonly record struct StopReason(StopKind Kind, WatchHit Watch = default, int ExitCode = 0);
