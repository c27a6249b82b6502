using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>Going back by a distance and forward again, in the middle of a recorded run.</summary>
public class SeekBenchmarks
{
    private const ulong End = 200_000_000;
    private const ulong Origin = 155_000_000;

    private Timeline _timeline = null!;

    [Params(1, 1_000, 100_000, 10_000_000, 150_000_000)]
    public int Distance { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_timeline, var recorder) = BenchSetup.BuildTimeline(BenchSetup.Compute, null);
        recorder.Record(End, HitMode.Stop, static () => false);
        _timeline.Seek(Origin);
    }

    [GlobalCleanup]
    public void Cleanup() => _timeline.Dispose();

    [Benchmark]
    public void SeekBackAndForth()
    {
        _timeline.Seek(Origin - (ulong)Distance);
        _timeline.Seek(Origin);
    }
}
