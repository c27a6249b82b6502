using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>What an interval of samples/compute costs on its way into the file.</summary>
public class RecordingBenchmarks
{
    private readonly CapturingSink _sink = new();
    private BlockWriter _writer = null!;
    private byte[] _interval = null!;
    private byte[] _snapshot = null!;
    private ulong _position;

    [GlobalSetup]
    public void Setup()
    {
        var (timeline, recorder) = BenchSetup.BuildTimeline(BenchSetup.Compute, _sink);
        using (timeline)
        {
            recorder.Record(5 * BenchSetup.Interval, HitMode.Stop, static () => false);
        }

        _interval = EncodeInterval();
        _snapshot = EncodeSnapshot();
        _writer = new BlockWriter(Stream.Null);
    }

    [GlobalCleanup]
    public void Cleanup() => _writer.Dispose();

    [Benchmark]
    public byte[] EncodeInterval() => RecordPayload.Encode(_sink.Interval!);

    [Benchmark]
    public byte[] EncodeSnapshot() => RecordPayload.Encode(
        new SnapshotRecord(_sink.Snapshot!.Position, _sink.Snapshot.State, _sink.Pages));

    [Benchmark]
    public void AppendInterval() => Append(BlockKind.Intervals, _interval);

    [Benchmark]
    public void AppendSnapshot() => Append(BlockKind.Snapshots, _snapshot);

    private void Append(BlockKind kind, byte[] payload)
    {
        _writer.Append(kind, _position, _position + 1, payload);
        _position++;
    }

    private sealed class CapturingSink : IRecordingSink
    {
        public IntervalRecord? Interval { get; private set; }

        public Snapshot? Snapshot { get; private set; }

        public List<ChangedPage> Pages { get; private set; } = [];

        public void Add(
            History branch,
            IntervalRecord interval,
            IReadOnlyList<InputEvent> events,
            Snapshot snapshot,
            IReadOnlyList<ChangedPage> changedPages)
        {
            Interval = interval;
            Snapshot = snapshot;
            Pages = [.. changedPages];
        }
    }
}
