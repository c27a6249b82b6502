using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Watchpoints in both directions. The variable counts the lines that the firmware prints, 0 to 60.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed partial class WatchpointTests(bool live)
{
    private const int Turns = 12;

    private DebugServer Start() =>
        live ? DebugServer.Live("ticks") : DebugServer.Replay("ticks", RecordedSamples.Ticks);

    [Test]
    public void Watch_ForthAndBack_SeesEveryChangeOnce()
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            watch turn
            set $i = 0
            while $i < {Turns}
              continue
              printf "@value %x\n", turn
              {When}
              set $i = $i + 1
            end
            while $i > 0
              reverse-continue
              printf "@value %x\n", turn
              {When}
              set $i = $i - 1
            end
            delete
            reverse-continue
            {Say("begin", "$pc == reset_handler")}
            """);
        var values = Enumerable.Range(1, Turns).Concat(Enumerable.Range(0, Turns).Reverse());
        Assert.That(seen.Said("value"), Is.EqualTo(values.Select(value => $"{value:x}")), seen.Text);
        var changes = OldAndNew().Matches(seen.Text)
            .Select(match => (int.Parse(match.Groups[1].Value), int.Parse(match.Groups[2].Value)));
        var forward = Enumerable.Range(0, Turns).Select(turn => (turn, turn + 1)).ToList();
        Assert.That(changes, Is.EqualTo(forward.Concat(forward.Select(c => (c.Item2, c.Item1)).Reverse())), seen.Text);
        Assert.That(seen.Said("begin").Single(), Is.EqualTo("1"));

        // Forward gdb stands behind the store, backward on it.
        Assert.That(
            seen.Positions.Skip(Turns).Reverse(),
            Is.EqualTo(seen.Positions.Take(Turns).Select(position => position - 1)));
    }

    [TestCase("rwatch")]
    [TestCase("awatch")]
    public void ReadAndAccessWatch_ForthAndBack_VisitTheSameInstructions(string command)
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            {command} milliseconds_passed
            set $i = 0
            while $i < {Turns}
              continue
              {When}
              set $i = $i + 1
            end
            while $i > 0
              reverse-continue
              {When}
              set $i = $i - 1
            end
            """);
        Assert.That(seen.Positions, Has.Count.EqualTo(2 * Turns), seen.Text);
        Assert.That(seen.Positions.Take(Turns), Is.Ordered.Ascending.And.Unique);
        Assert.That(
            seen.Positions.Skip(Turns).Reverse(),
            Is.EqualTo(seen.Positions.Take(Turns).Select(position => position - 1)),
            seen.Text);
        Assert.That(
            seen.Text,
            Does.Contain(command == "rwatch" ? "Hardware read watchpoint" : "Hardware access (read/write) watchpoint"));
    }

    [Test]
    public void AccessWatch_AgainstReadsAndWrites_IsBoth()
    {
        var counts = new Dictionary<string, ulong[]>();
        foreach (var command in new[] { "watch", "rwatch", "awatch" })
        {
            using var server = Start();
            var seen = server.DebugScript($"""
                break print_line
                continue
                continue
                continue
                delete
                {command} switch_count
                set $i = 0
                while $i < 8
                  continue
                  {When}
                  set $i = $i + 1
                end
                """);
            counts[command] = [.. seen.Positions];
        }

        var all = counts["watch"].Concat(counts["rwatch"]).Distinct().Order().Take(8);
        Assert.That(counts["awatch"], Is.EqualTo(all));
    }

    [TestCase("reverse-stepi")]
    [TestCase("reverse-step")]
    public void ReverseStepping_OverAWatchedStore_IsTold(string step)
    {
        using var server = Start();
        var seen = server.Debug(
            "watch turn", "continue", "continue", When, "echo --step\\n", step, "printf \"@value %x\\n\", turn", When,
            "echo --forth\\n", "stepi", "stepi", "printf \"@value %x\\n\", turn");
        Assert.That(seen.Said("value")[0], Is.EqualTo("1"), seen.Text);
        var there = seen.Text.IndexOf("--step", StringComparison.Ordinal);
        var forth = seen.Text.IndexOf("--forth", StringComparison.Ordinal);
        Assert.That(seen.Text[there..forth], Does.Contain("Old value = 2").And.Contain("New value = 1"), seen.Text);
        Assert.That(seen.Text[forth..], Does.Contain("Old value = 1").And.Contain("New value = 2"), "and forth again");
    }

    [Test]
    public void Watch_JustBeforeABreakpoint_IsSeenFromThere()
    {
        using var server = Start();
        var seen = server.Debug(
            "watch turn", "continue", When, "delete", "break *$pc", "watch turn", "stepi", "stepi", "reverse-continue",
            "reverse-continue", "printf \"@value %x\\n\", turn");
        Assert.That(seen.Text, Does.Contain("Old value = 1").And.Contain("New value = 0"), seen.Text);
        Assert.That(seen.Said("value").Single(), Is.EqualTo("0"));
    }

    /// <summary>The processor itself writes the frame of an exception: no store of the firmware's overwrote these words.</summary>
    [Test]
    public void Watch_FrameOfAnException_IsChangedWhereItIsEntered()
    {
        using var server = Start();
        var seen = server.DebugScript($"""
            break systick_handler
            continue
            continue
            delete
            set $frame = (unsigned int *) $psp
            {Say("interrupted", "$frame[6]")}
            {When}
            watch -location $frame[6]
            reverse-continue
            {Say("back", "$pc")}
            {When}
            continue
            {Say("handler", "$pc == systick_handler")}
            {When}
            continue
            {Say("later", "$pc == systick_handler && $frame[6] != 0")}
            """);
        var interrupted = seen.Said("interrupted").Single();
        Assert.That(seen.Positions, Has.Count.EqualTo(3), seen.Text);
        Assert.That(seen.Positions[1], Is.EqualTo(seen.Positions[0] - 1), seen.Text);
        Assert.That(seen.Positions[2], Is.EqualTo(seen.Positions[0]), seen.Text);
        Assert.That(seen.Said("handler").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Said("back").Single(), Is.Not.EqualTo(interrupted), "the instruction before the interrupted one");
        Assert.That(seen.Said("later").Single(), Is.EqualTo("1"), seen.Text);
    }

    [GeneratedRegex(@"Old value = (\d+)\nNew value = (\d+)")]
    private static partial Regex OldAndNew();
}
