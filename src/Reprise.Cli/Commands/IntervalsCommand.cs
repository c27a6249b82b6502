using System.CommandLine;
using Reprise.Cli.Intervals;
using Reprise.Cli.Options;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Commands;

/// <summary>Measures and draws what snapshot intervals cost on a recorded run.</summary>
internal sealed class IntervalsCommand : ICliCommand
{
    private const ulong MostRounds = 100;
    private const ulong MostSeeks = 10_000;

    private readonly Argument<string> _file = new("FILE") { Description = "A recording; it stays as it is." };

    private readonly Option<ulong[]> _lengths = ParsedOption.Create<ulong[]>(
        "--lengths",
        "N,N,...",
        "Instructions between two snapshots; 1 and 3 times powers of ten if not given. One without snapshots is added.",
        text => [.. text.Split(',').Select(Quantity.ParsePositive).Order().Distinct()]);

    private readonly Option<ulong> _rounds = Bounded("--rounds", "How often each is recorded; the fastest counts (3).", 3, MostRounds);

    private readonly Option<ulong> _seeks = Bounded("--seeks", "Positions to go to, with each (50).", 50, MostSeeks);

    private readonly Option<string?> _chart = new("--chart")
    {
        Description = "Draws it.",
        HelpName = "FILE.png",
    };

    private readonly DiskOption _disk = new(isOfReplay: true);

    public Command Create()
    {
        var command = new Command(
            "intervals", "Measures what snapshot intervals cost: records a recorded run again, with one after the other.")
        {
            _file, _lengths, _rounds, _seeks, _chart, _disk.Option,
        };
        command.SetAction(Execute);
        return command;
    }

    private static Option<ulong> Bounded(string name, string description, ulong usual, ulong most)
    {
        var option = ParsedOption.Create(
            name,
            "N",
            description,
            text => Quantity.ParsePositive(text) is var number && number <= most
                ? number
                : throw new FormatException(FormattableString.Invariant($"the number must be at most {most}")));
        option.DefaultValueFactory = _ => usual;
        return option;
    }

    private int Execute(ParseResult result)
    {
        var path = result.GetValue(_file)!;
        var chart = result.GetValue(_chart);
        CheckChart(chart);
        using var interruption = new Interruption();
        using var recording = OpenRecording.At(path, _disk.ReadPaths(result));
        var end = recording.History.ClosedEnd;
        if (end == 0)
        {
            throw new CliException($"{path}: expected a run of at least one instruction.");
        }

        var lengths = result.GetValue(_lengths) is { Length: > 0 } wanted
            ? [.. wanted.Where(length => length < end), end]
            : IntervalSweep.LengthsFor(end);
        IReadOnlyList<IntervalCost>? costs;
        using (var progress = new ProgressLine("recording"))
        {
            var sweep = new IntervalSweep(
                recording,
                SnapshotBudgetOption.Least,
                (int)result.GetValue(_rounds),
                (int)result.GetValue(_seeks),
                progress,
                interruption);
            try
            {
                costs = sweep.Measure(lengths);
            }
            catch (DivergenceException e)
            {
                throw new CliException($"{path} diverged: {e.Message} 'reprise verify' says more.");
            }
        }

        if (costs is null)
        {
            return interruption.Status;
        }

        IntervalTable.Print(Console.Out, costs);
        if (chart is not null)
        {
            Draw(chart, Path.GetFileName(path), costs);
        }

        return ExitStatus.Success;
    }

    /// <summary>Before minutes of measuring, not after.</summary>
    private static void CheckChart(string? chart)
    {
        if (chart is null)
        {
            return;
        }

        if (Path.GetExtension(chart) != ".png" || Directory.Exists(chart))
        {
            throw new CliException($"--chart: '{chart}' is no name for a picture; it ends in .png.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(chart))))
        {
            throw new CliException($"--chart: there is no folder for '{chart}'.");
        }
    }

    private static void Draw(string chart, string name, IReadOnlyList<IntervalCost> costs)
    {
        try
        {
            IntervalChart.Write(chart, FormattableString.Invariant($"{name}, {costs[^1].Length:n0} instructions"), costs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--chart: {e.Message}");
        }
    }
}
