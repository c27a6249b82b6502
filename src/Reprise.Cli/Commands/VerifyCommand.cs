using System.CommandLine;
using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Commands;

/// <summary>Replays recordings from power-on without their snapshots, and compares every interval's hash.</summary>
internal sealed class VerifyCommand : ICliCommand
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Recordings.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly DiskOption _disk = new(isOfReplay: true);

    public Command Create()
    {
        var command = new Command(
            "verify", "Replays recordings and compares: 0 they are equal, 1 one diverged, 2 one could not be checked.")
        {
            _files, _disk.Option,
        };
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        EarlyLoad.Begin();
        using var interruption = new Interruption();
        var worst = ExitStatus.Success;
        foreach (var path in result.GetValue(_files)!)
        {
            var status = VerifyOne(path, _disk.ReadPaths(result), interruption);
            if (interruption.IsWanted)
            {
                return interruption.Status;
            }

            // A divergence is the worse news.
            worst = worst == ExitStatus.Diverged || status == ExitStatus.Success ? worst : status;
        }

        return worst;
    }

    private static int VerifyOne(string path, IReadOnlyDictionary<string, string> movedDisks, Interruption interruption)
    {
        try
        {
            using var recording = OpenRecording.At(path, movedDisks);
            using var timeline = recording.CreateBareTimeline(new SilentSink(), SnapshotBudgetOption.Least);
            var (divergence, checkedCount) = FindDivergence(path, recording, timeline, interruption);
            if (interruption.IsWanted)
            {
                return ExitStatus.Failed;
            }

            if (divergence is null)
            {
                var end = recording.Finished ? "" : "; the recording was not finished";
                var branches = recording.History.Branches;
                var instructions = branches.Aggregate(
                    0ul, (sum, branch) => sum + branch.ClosedEnd - branch.ForkPosition);
                var more = branches.Count > 1 ? $" on {branches.Count} branches" : "";
                Print($"{path}: equal, {checkedCount} intervals, {instructions:n0} instructions{more}{end}");
                return ExitStatus.Success;
            }

            var number = timeline.History.Number;
            var where = number == 0 ? "" : FormattableString.Invariant($"branch {number}, ");
            Console.WriteLine($"{path}: DIVERGED in {where}the interval from {divergence.First} to {divergence.Last}: "
                + StateDifference.Describe(recording, timeline, divergence));
            return ExitStatus.Diverged;
        }
        catch (Exception e)
        {
            ErrorReport.Print(e);
            return ExitStatus.Failed;
        }
    }

    private static (IntervalRecord? Interval, int Count) FindDivergence(
        string path, RecordingFile recording, Timeline timeline, Interruption interruption)
    {
        using var progress = new ProgressLine($"verifying {path}");
        var count = 0;
        foreach (var branch in recording.History.Branches)
        {
            timeline.Cross(branch, branch.ForkPosition);
            if (FindDivergence(branch, timeline, progress, interruption, ref count) is { } interval)
            {
                return (interval, count);
            }
        }

        return (null, count);
    }

    private static IntervalRecord? FindDivergence(
        History branch, Timeline timeline, ProgressLine progress, Interruption interruption, ref int count)
    {
        var intervals = branch.Intervals;
        for (var i = branch.FirstInterval; i < intervals.Count && !interruption.IsWanted; i++)
        {
            // Input that came at the end of an interval gives another one, empty, with the hash that counts.
            if (i + 1 < intervals.Count && intervals[i + 1].Last == intervals[i].Last)
            {
                continue;
            }

            var reached = SlicedReplay.To(timeline, intervals[i].Last, progress, interruption);
            if (interruption.IsWanted)
            {
                break;
            }

            if (!reached || timeline.StateHash() != (intervals[i].HashLow, intervals[i].HashHigh))
            {
                return intervals[i];
            }

            count++;
            if (i + 1 < intervals.Count && IsFork(branch, intervals[i].Last, intervals[i + 1].Last))
            {
                timeline.AddSnapshot();
            }
        }

        return null;
    }

    /// <summary>Whether a branch forks between two positions of this one: its replay starts from there.</summary>
    private static bool IsFork(History branch, ulong first, ulong last) =>
        branch.Branches.Any(other => other.Parent == branch && other.ForkPosition >= first && other.ForkPosition < last);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
