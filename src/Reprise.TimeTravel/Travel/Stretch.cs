using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Travel;

/// <summary>A part of history that is searched at one go.</summary>
/// <param name="Snapshot">At or before its first position.</param>
/// <param name="First">Its first position.</param>
/// <param name="End">Where it ends: what events did there belongs to it.</param>
internal readonly record struct Stretch(Snapshot Snapshot, ulong First, ulong End);
