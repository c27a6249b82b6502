using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Reprise.Cli.Intervals;

/// <summary>Draws the costs of snapshot intervals: time to record, sizes, and time to go anywhere, one above the other.</summary>
internal static class IntervalChart
{
    private const int Width = 900;
    private const int Height = 1100;

    /// <param name="path">A PNG file.</param>
    /// <param name="title">What was measured.</param>
    /// <param name="costs">In ascending order; the last, with no snapshot but the one at the end, is the measure.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<IntervalCost> costs)
    {
        var lengths = costs.Select(cost => Math.Log10(cost.Length)).ToArray();
        var charts = new Multiplot();
        charts.AddPlots(3);
        var time = charts.GetPlot(0);
        time.Title(title);
        time.YLabel("recording, % slower");
        Add(time, "", costs.Select(cost => 100 * (cost.Recording / costs[^1].Recording - 1)));
        var size = charts.GetPlot(1);
        size.YLabel("MiB");
        AddLogarithmic(size, Alignment.UpperRight, "file", costs.Select(cost => cost.FileBytes / (double)(1 << 20)));
        AddLogarithmic(size, Alignment.UpperRight, "snapshots, not compressed", costs.Select(cost => cost.SnapshotBytes / (double)(1 << 20)));
        var seek = charts.GetPlot(2);
        seek.YLabel("seek, ms");
        AddLogarithmic(seek, Alignment.UpperLeft, "half are faster", costs.Select(cost => cost.Seek.TotalMilliseconds));
        AddLogarithmic(seek, Alignment.UpperLeft, "slowest", costs.Select(cost => cost.SlowestSeek.TotalMilliseconds));
        seek.XLabel("instructions between two snapshots");
        foreach (var plot in charts.GetPlots())
        {
            plot.Axes.Bottom.TickGenerator = Powers();
        }

        charts.SavePng(path, Width, Height);

        void Add(Plot plot, string name, IEnumerable<double> values)
        {
            var line = plot.Add.Scatter(lengths, values.ToArray());
            line.LineWidth = 2;
            line.MarkerSize = 7;
            line.LegendText = name;
        }

        void AddLogarithmic(Plot plot, Alignment legend, string name, IEnumerable<double> values)
        {
            Add(plot, name, values.Select(value => Math.Log10(Math.Max(value, 1e-3))));
            plot.Axes.Left.TickGenerator = Powers();
            plot.ShowLegend(legend);
        }
    }

    /// <summary>ScottPlot has no logarithmic axis: the values are logarithms, and the ticks say what of.</summary>
    private static NumericAutomatic Powers() => new()
    {
        IntegerTicksOnly = true,
        MinorTickGenerator = new LogMinorTickGenerator(),
        LabelFormatter = power => power switch
        {
            >= 9 => Text($"{Math.Pow(10, power - 9):g4} G"),
            >= 6 => Text($"{Math.Pow(10, power - 6):g4} M"),
            >= 3 => Text($"{Math.Pow(10, power - 3):g4} k"),
            _ => Text($"{Math.Pow(10, power):g4}"),
        },
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
