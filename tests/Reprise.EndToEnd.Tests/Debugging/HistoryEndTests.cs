using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Both ends of history, and what may be changed where.</summary>
internal sealed class HistoryEndTests
{
    private const string NoMore = "No more reverse-execution history";

    [Test]
    public void Begin_EveryWayBack_IsToldAndNothingMoves()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var seen = server.Debug(
            "reverse-stepi", "reverse-continue", "reverse-step", "reverse-next", When, "stepi", "reverse-stepi", When,
            "stepi", When);
        Assert.That(Count(seen.Text, NoMore), Is.GreaterThanOrEqualTo(4), seen.Text);
        Assert.That(seen.Positions, Is.EqualTo([0ul, 0ul, 1ul]));
    }

    [Test]
    public void End_OfARecording_EveryWayForwardIsToldAndNothingMoves()
    {
        using var server = DebugServer.Replay("torture", RecordedSamples.Torture, "--at", "end");
        var seen = server.Debug("stepi", "continue", When, "reverse-stepi", When, "continue", When);
        Assert.That(Count(seen.Text, NoMore), Is.EqualTo(3), seen.Text);
        Assert.That(seen.Positions, Is.EqualTo([2_000_000ul, 1_999_999ul, 2_000_000ul]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Begin_BackwardCommandsInEveryOrder_StaysThere(bool live)
    {
        string[] backward = ["reverse-stepi", "reverse-nexti", "reverse-step", "reverse-next", "reverse-continue"];
        string[] forward = ["stepi", "nexti", "step", "next"];
        using var server = live ? DebugServer.Live("recursion") : DebugServer.Replay("recursion", RecordedSamples.Recursion);
        var stops = Walk.On(
            server,
            ["stepi", "reverse-stepi",
             .. from first in backward from second in backward from command in new[] { first, second } select command,
             .. from there in forward from back in backward from command in new[] { there, back, back } select command]);
        foreach (var (before, stop) in stops.Zip(stops.Skip(1)))
        {
            var isBackward = backward.Contains(stop.Command);
            if (isBackward && before.Position == 0)
            {
                Assert.That(stop.NoMoreHistory, stop.ToString());
            }

            Assert.That(stop.Position, isBackward ? Is.Zero : Is.Positive, stop.ToString());
            Assert.That(!isBackward || stop.Registers == stops[1].Registers, stop.ToString());
        }
    }

    [Test]
    public void End_OfARecordingForwardCommandsInEveryOrder_StaysThere()
    {
        string[] forward = ["stepi", "nexti", "step", "next", "until", "continue"];
        string[] backward = ["reverse-stepi", "reverse-nexti", "reverse-step", "reverse-next"];
        using var server = DebugServer.Replay("torture", RecordedSamples.Torture, "--at", "end");
        var stops = Walk.On(
            server,
            ["stepi",
             .. from first in forward from second in forward from command in new[] { first, second } select command,
             .. from back in backward from there in forward
                from command in new[] { back, there, "continue" } select command]);
        var (end, registers) = (stops[0].Position, stops[0].Registers);
        foreach (var (before, stop) in stops.Zip(stops.Skip(1)))
        {
            var isForward = forward.Contains(stop.Command);
            if (isForward && before.Position == end)
            {
                Assert.That(stop.NoMoreHistory, stop.ToString());
            }

            Assert.That(stop.Position, isForward ? Is.GreaterThan(0).And.AtMost(end) : Is.LessThan(end), stop.ToString());
            Assert.That(
                stop.Command != "continue" || (stop.Position == end && stop.Registers == registers), stop.ToString());
        }
    }

    [Test]
    public void End_OfALiveRun_GoesOnRecording()
    {
        using var server = DebugServer.Live("ticks");
        var seen = server.Debug(
            "break print_line", "continue", "continue", When, "reverse-continue", When, "continue", When, "continue",
            When);
        var positions = seen.Positions;
        Assert.That(positions[1], Is.LessThan(positions[0]));
        Assert.That(positions[2], Is.EqualTo(positions[0]), "the same way again");
        Assert.That(positions[3], Is.GreaterThan(positions[0]), "and on where nobody has been");
    }

    [Test]
    public void Poke_AtTheLiveEnd_IsAnInputEventThatReplaysAndVerifies()
    {
        using var folder = new TempFolder();
        var file = folder.File("poked.reprise");
        using (var server = DebugServer.Live("ticks", "--record", file))
        {
            var seen = server.Debug(
                "break print_line", "continue", "continue", "continue",
                "set var milliseconds_passed = 5000", "set $r3 = 0x1234", "set $primask = 1", "stepi",
                "set $primask = 0",
                Say("poked", "milliseconds_passed", "$r3"), When, "continue",
                "reverse-continue", "reverse-continue", Say("past", "milliseconds_passed < 100"),
                "continue", "stepi", Say("again", "milliseconds_passed", "$r3"), When, "monitor goto end", "monitor inputs 99", "kill");
            Assert.That(seen.Said("poked").Single(), Is.EqualTo("1388 1234"), seen.Text);
            Assert.That(seen.Said("past").Single(), Is.EqualTo("1"), seen.Text);
            Assert.That(seen.Said("again").Single(), Is.EqualTo("1388 1234"), seen.Text);
            Assert.That(Regex.Count(seen.Text, @"(?m)^ +\d+  (memory|register) "), Is.EqualTo(4), seen.Text);
            Assert.That(server.Tool.WaitForExit().Status, Is.Zero);
        }

        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
    }

    private static int Count(string text, string part) => Regex.Count(text, Regex.Escape(part));
}
