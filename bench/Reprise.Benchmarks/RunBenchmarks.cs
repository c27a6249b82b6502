using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>What recording adds to running, layer by layer; an operation is one instruction.</summary>
[BenchmarkCategory(SpeedColumn.Instructions)]
public class RunBenchmarks
{
    private const int Length = 100_000_000;

    // Translations exist from here on.
    private const ulong Warm = 20_000_000;

    private readonly byte[] _firmware = BenchSetup.Compute;
    private Machine _machine = null!;
    private Timeline _timeline = null!;
    private Recorder _recorder = null!;
    private RecordingWriter? _writer;
    private string _folder = null!;

    [IterationSetup(Targets = [nameof(Run), nameof(RunWithIndex)])]
    public void BuildMachine()
    {
        _machine = BenchSetup.BuildMachine(_firmware);
        _machine.Run(Warm, HitMode.Ignore);
    }

    [IterationCleanup(Targets = [nameof(Run), nameof(RunWithIndex)])]
    public void DisposeMachine() => _machine.Dispose();

    [IterationSetup(Target = nameof(Record))]
    public void BuildRecorder() => Build(null);

    [IterationSetup(Target = nameof(RecordToFile))]
    public void BuildFileRecorder()
    {
        _folder = Directory.CreateTempSubdirectory("reprise-bench").FullName;
        _writer = new RecordingWriter(Path.Combine(_folder, "run.reprise"), BenchSetup.HeaderOf(_firmware));
        Build(_writer);
    }

    [IterationCleanup(Target = nameof(Record))]
    public void DisposeRecorder() => _timeline.Dispose();

    [IterationCleanup(Target = nameof(RecordToFile))]
    public void DisposeFileRecorder()
    {
        _timeline.Dispose();
        _writer!.Dispose();
        Directory.Delete(_folder, true);
    }

    /// <summary>The engine alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Length)]
    public void Run() => _machine.Run(Warm + Length, HitMode.Ignore);

    /// <summary>Pages and blocks of each interval noted.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public void RunWithIndex()
    {
        for (var position = Warm; position < Warm + Length; position += BenchSetup.Interval)
        {
            _machine.Engine.BeginInterval();
            _machine.Run(position + BenchSetup.Interval, HitMode.Ignore);
        }
    }

    /// <summary>A snapshot and hashes at each interval's end besides.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public void Record() => _recorder.Record(Warm + Length, HitMode.Stop, static () => false);

    /// <summary>All of it: compressed into a file.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public void RecordToFile() => Record();

    private void Build(IRecordingSink? sink)
    {
        (_timeline, _recorder) = BenchSetup.BuildTimeline(_firmware, sink);
        _recorder.Record(Warm, HitMode.Stop, static () => false);
    }
}
