namespace Reprise.TimeTravel.Travel;

/// <summary>How a run is recorded.</summary>
/// <param name="IntervalLength">Instructions in an interval.</param>
/// <param name="Pace">Virtual time goes no faster than this while the guest sleeps; null lets it go as fast as it can.</param>
public readonly record struct RecorderOptions(ulong IntervalLength, TimeProvider? Pace = null)
{
    /// <summary>About 10 ms of replay.</summary>
    public const ulong DefaultIntervalLength = 10_000_000;
}
