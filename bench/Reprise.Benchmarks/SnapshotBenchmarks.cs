using System.IO.Hashing;
using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.Benchmarks;

/// <summary>Parts of a snapshot: memory, of which an interval changes some 30 pages, and the rest of the machine.</summary>
public class SnapshotBenchmarks
{
    private readonly StateWriter _writer = new();
    private Machine _machine = null!;
    private MemoryImage _image = null!;
    private PageTree _earlier = null!;
    private PageTree _later = null!;
    private byte[] _state = null!;
    private byte[] _page = null!;

    [GlobalSetup]
    public void Setup()
    {
        _machine = BenchSetup.BuildMachine(BenchSetup.Compute);
        _image = new MemoryImage(_machine);
        _machine.Run(2 * BenchSetup.Interval, HitMode.Ignore);
        _earlier = _image.Capture();
        _machine.Run(3 * BenchSetup.Interval, HitMode.Ignore);
        _later = _image.Capture();
        _machine.Save(_writer);
        _state = _writer.Written.ToArray();
        _page = Enumerable.Range(0, _machine.Memory.PageCount).Select(page => _machine.Memory.Page(page).ToArray())
            .First(page => page.AsSpan().ContainsAnyExcept((byte)0));
    }

    [GlobalCleanup]
    public void Cleanup() => _machine.Dispose();

    [IterationSetup(Target = nameof(CaptureMemory))]
    public void RunAnInterval() => _machine.Run(_machine.Position + BenchSetup.Interval, HitMode.Ignore);

    /// <summary>One capture at the end of an interval, cold.</summary>
    [Benchmark]
    public PageTree CaptureMemory() => _image.Capture();

    /// <summary>There and back between two neighbours; nothing has run in between.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public void RestoreMemory()
    {
        _image.Restore(_earlier);
        _image.Restore(_later);
    }

    [Benchmark]
    public int SaveState()
    {
        _writer.Clear();
        _machine.Save(_writer);
        return _writer.Written.Length;
    }

    [Benchmark]
    public void RestoreState()
    {
        var reader = new StateReader(_state);
        _machine.Restore(ref reader);
    }

    [Benchmark]
    public ulong HashPage() => XxHash3.HashToUInt64(_page, 1);
}
