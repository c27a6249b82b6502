namespace Reprise.Emulation.Execution;

/// <content>
/// What a run costs the host beside its instructions: runs of Unicorn, misses of the TLB, ports, devices. It is about as many ns
/// as each took when it was measured, says when a run is long enough for who has to look, and changes nothing of it (law 2).
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private const ulong OfRun = 3000;
    private const ulong OfFill = 1000;
    private const ulong OfPort = 1000;
    private const ulong OfDevice = 200;

    /// <summary>The cost since the interval began, in about ns.</summary>
    public ulong Effort { get; private set; }

    /// <summary>A run ends early behind the block with which the cost comes to this.</summary>
    public ulong EffortLimit { get; set; } = ulong.MaxValue;

    /// <summary>The cost has come to the limit.</summary>
    public bool IsExhausted => Effort >= EffortLimit;

    /// <summary>
    /// The instruction at the position has made accesses, is about to run alone, or was resolved: it must run to its end.
    /// </summary>
    private bool IsMidway => _alone is not null || _resolvedAt == Position || _log.IsOf(Position);

    /// <summary>
    /// An access of the guest cost something. The first fetch of a run is of none: it may be to run again what has made accesses.
    /// </summary>
    private void Spend(ulong effort)
    {
        Effort += effort;
        if (IsExhausted && _state->Current is not null)
        {
            LimitToBlock();
        }
    }
}
