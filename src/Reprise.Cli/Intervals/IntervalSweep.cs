using System.Diagnostics;
using Reprise.Cli.Serial;
using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Intervals;

// Goal: the cost of snapshot intervals on somebody's own run, as they will meet it.
//
// - A run that is known is recorded again, input and all, into a file: each interval length has the same work.
// - Rounds go over all lengths, so that a noisy moment of the host does not hit one length alone; the fastest counts.
// - Seeks go to places that are spread evenly over the run, in an order that jumps about, each from where the last ended:
//   what 'goto' in gdb costs. Reverse steps from there find the snapshots that it left on the way.

/// <summary>Records a run again and again with other snapshot intervals, and measures.</summary>
internal sealed class IntervalSweep(
    RecordingFile original, long snapshotBudget, int rounds, int seeks, ProgressLine progress, Interruption interruption)
{
    // The golden ratio's fraction: multiples of it spread evenly, however many there are.
    private const double Spread = 0.6180339887498949;

    private ulong _done;
    private ulong _total;

    /// <summary>Lengths of 1 and 3 times a power of ten, up to all of a run: at most nine, the longest ones.</summary>
    public static IReadOnlyList<ulong> LengthsFor(ulong end)
    {
        var lengths = new List<ulong>();
        for (var length = 10_000ul; length < end && length <= 1_000_000_000_000; length *= 10)
        {
            lengths.Add(length);
            lengths.Add(3 * length);
        }

        return [.. lengths.Where(length => length < end).TakeLast(8), end];
    }

    /// <summary>The cost of each length, in the order given; null when interrupted.</summary>
    /// <exception cref="DivergenceException">The run is not what it was.</exception>
    /// <exception cref="RecordingException">The recording does not fit its board.</exception>
    public IReadOnlyList<IntervalCost>? Measure(IReadOnlyList<ulong> lengths)
    {
        _total = (ulong)(lengths.Count * rounds) * original.History.ClosedEnd;
        var folder = Directory.CreateTempSubdirectory("reprise-");
        try
        {
            var paths = lengths.Select(length => Path.Combine(folder.FullName, $"{length}.reprise")).ToList();
            var fastest = new TimeSpan[lengths.Count];
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < lengths.Count; i++)
                {
                    if (Record(paths[i], lengths[i]) is not { } time)
                    {
                        return null;
                    }

                    fastest[i] = round == 0 || time < fastest[i] ? time : fastest[i];
                }
            }

            var costs = new List<IntervalCost>();
            for (var i = 0; i < lengths.Count && !interruption.IsWanted; i++)
            {
                costs.Add(Travel(paths[i], lengths[i], fastest[i]));
            }

            return interruption.IsWanted ? null : costs;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private TimeSpan? Record(string path, ulong length)
    {
        File.Delete(path);
        using var timeline = original.CreateEmptyTimeline(new SilentSink(), snapshotBudget);
        using var writer = new RecordingWriter(path, original.Header);
        var recorder = new Rerecorder(timeline, original.History, new RecorderOptions(length), writer);
        var watch = Stopwatch.StartNew();
        var whole = recorder.Run(() =>
        {
            progress.Report(_done + timeline.Position, _total);
            return interruption.IsWanted;
        });
        writer.Finish();
        _done += timeline.Position;
        return whole ? watch.Elapsed : null;
    }

    private IntervalCost Travel(string path, ulong length, TimeSpan recording)
    {
        using var file = new RecordingFile(path) { MovedDisks = original.MovedDisks };
        using var timeline = file.CreateTimeline(new SilentSink(), snapshotBudget);
        var bytes = file.Bytes(BlockKind.Snapshots);
        timeline.Seek(timeline.End);
        var times = new List<TimeSpan>();
        for (var i = 1; i <= seeks && (i == 1 || !interruption.IsWanted); i++)
        {
            var target = (ulong)(i * Spread % 1 * timeline.End);
            var watch = Stopwatch.StartNew();
            timeline.Seek(target);
            times.Add(watch.Elapsed);
        }

        times.Sort();
        return new IntervalCost(
            length, recording, new FileInfo(path).Length, bytes, times[times.Count / 2], times[^1]);
    }
}
