namespace Reprise.TimeTravel.Snapshots;

/// <summary>A snapshot as <see cref="ThinningPolicy"/> sees it: place, price, and whether it must stay.</summary>
public readonly record struct SnapshotCost(ulong Position, long Bytes, bool Pinned);
