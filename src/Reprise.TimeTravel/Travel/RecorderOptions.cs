namespace Reprise.TimeTravel.Travel;

/// <summary>How a run is recorded.</summary>
/// <param name="IntervalLength">Instructions in an interval.</param>
public readonly record struct RecorderOptions(ulong IntervalLength)
{
    /// <summary>About 10 ms of replay.</summary>
    public const ulong DefaultIntervalLength = 10_000_000;
}
