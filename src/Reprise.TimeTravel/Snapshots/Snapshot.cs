namespace Reprise.TimeTravel.Snapshots;

/// <summary>The full state of the machine at a position. A cache: the log can rebuild it (law 5).</summary>
/// <param name="Position">Instructions executed since power-on.</param>
/// <param name="EventIndex">How many input events of the log had been applied.</param>
/// <param name="State">The machine's saved state, without RAM.</param>
/// <param name="Pages">RAM.</param>
/// <param name="Branch">Number of the branch that owns the position.</param>
public sealed record Snapshot(
    ulong Position,
    int EventIndex,
    ReadOnlyMemory<byte> State,
    PageTree Pages,
    int Branch = 0);
