using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Breakpoints in both directions; the firmware's own output says how often each must be hit.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class BreakpointTests(bool live)
{
    private static readonly string[] _lines =
        [.. new Sample("ticks").Expected.Split('\n').Where(line => line.Contains("round"))];

    private DebugServer Start() =>
        live ? DebugServer.Live("ticks") : DebugServer.Replay("ticks", RecordedSamples.Ticks);

    [TestCase("break")]
    [TestCase("hbreak")]
    public void Continue_ToTheEndAndBack_VisitsEveryLineInBothOrders(string command)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            set width 0
            {command} print_line
            set $i = 0
            while $i < {_lines.Length}
              continue
              {Say("forward", "$r0", "$r1", "$r2")}
              {When}
              set $i = $i + 1
            end
            while $i > 1
              reverse-continue
              {Say("backward", "$r0", "$r1", "$r2")}
              {When}
              set $i = $i - 1
            end
            reverse-continue
            {Say("begin", "$pc == reset_handler")}
            """);
        var names = new[] { "red", "green", "blue" };
        var expected = _lines.Select(line => line.Split(' ', ':')).Select(words =>
            $"{Array.IndexOf(names, words[0]):x} {int.Parse(words[2]):x} {int.Parse(words[4]):x}").ToList();
        Assert.That(seen.Said("forward"), Is.EqualTo(expected), seen.Text);
        expected.RemoveAt(expected.Count - 1);
        Assert.That(seen.Said("backward"), Is.EqualTo(expected.AsEnumerable().Reverse()), seen.Text);
        Assert.That(seen.Positions.Take(_lines.Length), Is.Ordered.Ascending);
        Assert.That(
            seen.Positions.Skip(_lines.Length),
            Is.EqualTo(seen.Positions.Take(_lines.Length - 1).Reverse()), "the same places on the way back");
        Assert.That(seen.Text, Does.Contain("No more reverse-execution history"));
        Assert.That(seen.Said("begin").Single(), Is.EqualTo("1"));
    }

    [Test]
    public void Continue_ConditionOnGdbsSide_StopsOnlyWhereItHoldsInBothDirections()
    {
        using var server = Start();
        var seen = server.Debug(
            "break print_line if round == 5", "continue", Say("at", "$r0", "$r1"), "continue", Say("at", "$r0", "$r1"),
            "continue", Say("at", "$r0", "$r1"), "reverse-continue", Say("at", "$r0", "$r1"),
            "reverse-continue", Say("at", "$r0", "$r1"), "reverse-continue", Say("begin", "$pc == reset_handler"));
        Assert.That(seen.Said("at"), Is.EqualTo(["0 5", "1 5", "2 5", "1 5", "0 5"]), seen.Text);
        Assert.That(seen.Said("begin").Single(), Is.EqualTo("1"), "none holds before the first: the beginning");
    }

    [Test]
    public void TemporaryAndDisabled_StopOnceAndNever()
    {
        using var server = Start();
        var seen = server.Debug(
            "tbreak print_line", "break print_unsigned", "disable 2", "continue", Say("pc", "$pc == print_line"),
            "break thread_sleep", "continue", Say("pc", "$pc == thread_sleep || $r0 < 4"),
            "enable 2", "delete 3", "continue", Say("digit", "$pc != 0"), "info breakpoints");
        Assert.That(seen.Said("pc"), Is.EqualTo(["1", "1"]), seen.Text);
        Assert.That(seen.Text, Does.Contain("Breakpoint 3, ").And.Contain("Breakpoint 2, "));
        Assert.That(seen.Text, Does.Match("breakpoint already hit 1 time"));
    }

    [Test]
    public void Jump_WithUntilAndAdvance_ArriveWhereTheyShould()
    {
        using var server = Start();
        var seen = server.Debug(
            "break run_thread", "continue", "delete", "advance print_line", Say("line", "$pc == print_line", "$r0",
            "$r1"),
            "until print_unsigned", Say("digits", "$r0", "$pc != print_line"), "finish", When, "reverse-finish", When);
        Assert.That(seen.Said("line").Single(), Is.EqualTo("1 0 0"), seen.Text);
        Assert.That(seen.Said("digits").Single(), Is.EqualTo("0 1"), seen.Text);
        Assert.That(seen.Positions[1], Is.LessThan(seen.Positions[0]), seen.Text);
    }
}
