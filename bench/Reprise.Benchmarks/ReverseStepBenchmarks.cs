using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>One instruction back: where the way there left snapshots, and where the next one is an interval away.</summary>
public class ReverseStepBenchmarks
{
    private const ulong Intervals = 30;
    private const ulong Origin = 155_000_000;

    private Timeline _timeline = null!;
    private Traveler _traveler = null!;
    private ulong _far;

    [GlobalSetup]
    public void Setup()
    {
        (_timeline, var recorder) = BenchSetup.BuildTimeline(BenchSetup.Compute, null);
        recorder.Record(Intervals * BenchSetup.Interval, HitMode.Stop, static () => false);
        _traveler = new Traveler(_timeline, null);
        _timeline.Seek(Origin);
    }

    [GlobalCleanup]
    public void Cleanup() => _timeline.Dispose();

    [IterationSetup(Target = nameof(StepBackFar))]
    public void GoToTheEndOfAnInterval()
    {
        // A forward run leaves no snapshots. By the time that an interval is used again, those left there are gone.
        _far = (_far + 1) % Intervals;
        var start = _far * BenchSetup.Interval;
        _timeline.Seek(start);
        _timeline.Replay(start + BenchSetup.Interval - 1, HitMode.Ignore);
    }

    /// <summary>The usual case: again and again.</summary>
    [Benchmark(Baseline = true)]
    public TravelStop StepBackNear() => _traveler.ReverseStep();

    /// <summary>The worst case: the first one, at the end of an interval that was run forward.</summary>
    [Benchmark]
    public TravelStop StepBackFar() => _traveler.ReverseStep();
}
