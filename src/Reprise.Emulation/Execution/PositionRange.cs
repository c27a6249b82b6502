namespace Reprise.Emulation.Execution;

/// <summary>Positions from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct PositionRange(ulong Start, ulong End);
