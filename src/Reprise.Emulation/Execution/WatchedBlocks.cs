namespace Reprise.Emulation.Execution;

/// <summary>Blocks that made watched accesses, as <see cref="HitMode.Scan"/> finds them; a null means none did.</summary>
public readonly record struct WatchedBlocks(PositionRange? First, PositionRange? Last)
{
    /// <summary>These, and then what was found behind them.</summary>
    public WatchedBlocks Then(WatchedBlocks later) => new(First ?? later.First, later.Last ?? Last);
}
