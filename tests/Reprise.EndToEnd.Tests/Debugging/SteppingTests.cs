using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Steps and their reverse: going back visits the states of going forward, in reverse order.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class SteppingTests(bool live)
{
    private const string State = "printf \"@s %x %x %x %x %x %x\\n\", $pc, $sp, $lr, $xpsr, $r0, $r3";

    private DebugServer Start() =>
        live ? DebugServer.Live("ticks") : DebugServer.Replay("ticks", RecordedSamples.Ticks);

    // Across an interrupt's entry, its handler, and its return into a thread that is not the one it came from.
    [TestCase("systick_handler", 20)]
    [TestCase("choose_next", 120)]
    [TestCase("print_line", 60)]
    public void Stepi_ManyTimesAndBack_MirrorsEveryState(string function, int steps)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            break {function}
            continue
            continue
            delete
            {When}
            {State}
            set $i = 0
            while $i < {steps}
              stepi
              {State}
              set $i = $i + 1
            end
            {When}
            while $i > 0
              reverse-stepi
              {State}
              set $i = $i - 1
            end
            {When}
            """);
        var states = seen.Said("s");
        Assert.That(states, Has.Count.EqualTo(2 * steps + 1), seen.Text);
        Assert.That(states.Skip(steps), Is.EqualTo(states.Take(steps + 1).Reverse()), seen.Text);
        var start = seen.Positions[0];
        Assert.That(seen.Positions, Is.EqualTo([start, start + (ulong)steps, start]), "stepi is one position");
    }

    [TestCase("step", "reverse-step")]
    [TestCase("next", "reverse-next")]
    public void LineSteps_AndBack_StopAtBeginningsOfLines(string forward, string backward)
    {
        const int steps = 8;
        const int back = 5;
        using var server = Start();
        var seen = server.DebugScript($"""
            break print_line
            continue
            delete
            {When}
            set $i = 0
            while $i < {steps}
              {forward}
              {When}
              set $i = $i + 1
            end
            echo --back\n
            set $i = 0
            while $i < {back}
              {backward}
              {When}
              printf "@pc %x\n", $pc
              info line *$pc
              set $i = $i + 1
            end
            """);
        Assert.That(seen.Positions, Has.Count.EqualTo(1 + steps + back), seen.Text);
        Assert.That(seen.Positions.Take(1 + steps), Is.Ordered.Ascending.And.Unique, seen.Text);
        Assert.That(seen.Positions.Skip(steps), Is.Ordered.Descending.And.Unique, seen.Text);
        var lines = Regex.Matches(seen.Text[seen.Text.IndexOf("--back", StringComparison.Ordinal)..],
            "starts at address 0x([0-9a-f]+)");
        Assert.That(lines.Select(match => match.Groups[1].Value), Is.EqualTo(seen.Said("pc")), seen.Text);
    }

    [Test]
    public void ReverseStepi_FromBreakpointsOnTheWay_StillIsOneInstruction()
    {
        using var server = Start();
        var seen = server.Debug(
            "break print_line", "continue", "stepi", "stepi", When, "reverse-stepi", When, "reverse-stepi", When,
            "reverse-stepi", When);
        Assert.That(seen.Positions.Select(position => seen.Positions[0] - position), Is.EqualTo([0ul, 1ul, 2ul, 3ul]),
            seen.Text);
    }

    [Test]
    public void Finish_FromAFunction_ReturnsToItsCallerAndReverseFinishToTheCall()
    {
        using var server = Start();
        var seen = server.Debug(
            "break print_line", "continue", "set $return = $lr & ~1", When, "finish", Say("back", "$pc == $return"),
            When,
            "reverse-finish", When, "reverse-continue", Say("entry", "$pc != 0"), When);
        Assert.That(seen.Said("back").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Positions[1], Is.GreaterThan(seen.Positions[0]));
        Assert.That(seen.Positions[2], Is.LessThan(seen.Positions[1]));
    }
}
