using System.Globalization;

namespace Reprise.Cli.Intervals;

/// <summary>Prints the costs of snapshot intervals, a line each.</summary>
internal static class IntervalTable
{
    private const double Mebi = 1 << 20;

    /// <param name="output">Where it goes.</param>
    /// <param name="costs">In ascending order; the last, with no snapshot but the one at the end, is the measure.</param>
    public static void Print(TextWriter output, IReadOnlyList<IntervalCost> costs)
    {
        Line(output, "interval", "recording", "slower by", "file", "snapshots", "seek", "slowest seek");
        foreach (var cost in costs)
        {
            Line(
                output,
                Text($"{cost.Length:n0}"),
                Text($"{cost.Recording.TotalSeconds:f3} s"),
                Text($"{100 * (cost.Recording / costs[^1].Recording - 1):f1} %"),
                Text($"{cost.FileBytes / Mebi:f2} MiB"),
                Text($"{cost.SnapshotBytes / Mebi:f2} MiB"),
                Text($"{cost.Seek.TotalMilliseconds:f2} ms"),
                Text($"{cost.SlowestSeek.TotalMilliseconds:f2} ms"));
        }
    }

    private static void Line(TextWriter output, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            output.Write(column.PadLeft(15));
        }

        output.WriteLine();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
