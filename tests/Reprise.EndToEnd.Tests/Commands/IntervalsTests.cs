using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Commands;

/// <summary><c>reprise intervals</c> measures a recorded run, and draws what it found.</summary>
internal sealed class IntervalsTests
{
    [Test]
    public void Intervals_OfARecording_FindsThatShortOnesTakeMoreRoom()
    {
        using var folder = new TempFolder();
        var chart = folder.File("chart.png");
        var result = Tool.Run(
            "intervals", RecordedSamples.Ticks, "--lengths", "1_000_000,100_000", "--rounds", "1", "--seeks", "9", "--chart", chart);
        Assert.That(result.Status, Is.Zero, result.ToString());
        var rows = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(rows, Has.Length.EqualTo(4), result.Output);
        var lengths = rows.Skip(1).Select(row => Number(row, 0)).ToArray();
        Assert.That(lengths.Take(2), Is.EqualTo(new[] { 100_000.0, 1_000_000 }));
        Assert.That(lengths[2], Is.GreaterThan(1_000_000), "the whole run, without snapshots");
        foreach (var column in new[] { 5, 7 })
        {
            var sizes = rows.Skip(1).Select(row => Number(row, column)).ToArray();
            Assert.That(sizes, Is.Ordered.Descending, rows[0]);
            Assert.That(sizes[0], Is.GreaterThan(2 * sizes[1]), "ten times the snapshots");
        }

        Assert.That(File.ReadAllBytes(chart).Take(8), Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10 }));
        Assert.That(Tool.Run("verify", RecordedSamples.Ticks).Status, Is.Zero, "the recording is as it was");
    }

    [TestCase("is not a number", "--lengths", "many")]
    [TestCase("at least 1", "--lengths", "0")]
    [TestCase("at most 100", "--rounds", "101")]
    [TestCase("at least 1", "--seeks", "0")]
    [TestCase("it ends in .png", "--chart", "chart.svg")]
    [TestCase("there is no folder", "--chart", "there/is/none/chart.png")]
    public void Intervals_WithBadOptions_SaysWhatWasExpected(string expected, params string[] options)
    {
        var result = Tool.Run(["intervals", RecordedSamples.Ticks, .. options]);
        Assert.That(result.Status, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.Contain(expected));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void Intervals_Interrupted_EndsAsAnyCommandDoes()
    {
        using var tool = RunningTool.Reprise("intervals", RecordedSamples.Ticks, "--seeks", "10_000");
        Thread.Sleep(1_000);
        tool.Signal("INT");
        var result = tool.WaitForExit();
        Assert.That(result.Status, Is.EqualTo(130), result.ToString());
        Assert.That(result.Error, Does.Not.Contain("internal error"));
    }

    private static double Number(string row, int column) => double.Parse(
        row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column], CultureInfo.InvariantCulture);
}
