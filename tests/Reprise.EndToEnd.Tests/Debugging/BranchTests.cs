using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Law 6 with a stock gdb: the past can be changed without losing it.</summary>
internal sealed class BranchTests
{
    private const string Passed = "milliseconds_passed";

    [Test]
    public void Poke_ThePastOfALiveRun_GoesOnOnABranchThatTheRecordingKeeps()
    {
        using var folder = new TempFolder();
        var file = folder.File("branches.reprise");
        using (var server = DebugServer.Live("ticks", "--record", file))
        {
            var seen = server.Debug(
                "break print_line", "continue", "continue", "continue", When, Say("end", Passed),
                "reverse-continue", When, Say("past", Passed),
                $"set var {Passed} = 5000", "set $r3 = 0x1234", When, Say("poked", Passed, "$r3"), "stepi", "continue",
                Say("later", $"{Passed} >= 5000"),
                "monitor branches", "monitor goto 0:end", "maintenance flush register-cache", When, Say("end", Passed),
                "reverse-continue", When, Say("past", Passed), "monitor branch 1", "maintenance flush register-cache",
                Say("later", $"{Passed} >= 5000"), "reverse-continue", "monitor branch", When, Say("poked", Passed, "$r3"),
                "kill");
            Assert.That(seen.Text, Does.Contain("The past stays as it was: branch 1 forks from branch 0 at position "
                + seen.Positions[1]), seen.Text);
            Assert.That(seen.Text, Does.Match(@"(?m)^\*      1 +0:" + seen.Positions[1] + " +[0-9]+  goes on$"));
            Assert.That(seen.Said("poked"), Is.All.EqualTo("1388 1234").And.Exactly(2).Items, seen.Text);
            Assert.That(seen.Said("later"), Is.EqualTo(["1", "1"]), seen.Text);
            Assert.That(seen.Said("end").Distinct().Count(), Is.EqualTo(1), seen.Text);
            Assert.That(seen.Said("past").Distinct().Count(), Is.EqualTo(1), seen.Text);
            Assert.That(seen.Positions[2], Is.EqualTo(seen.Positions[1]), "a poke takes no instruction");
            Assert.That(seen.Positions[3], Is.EqualTo(seen.Positions[0]), seen.Text);
            Assert.That(seen.Positions[4], Is.EqualTo(seen.Positions[1]), seen.Text);
            Assert.That(seen.Positions[5], Is.EqualTo(seen.Positions[1]), seen.Text);
            Assert.That(server.Tool.WaitForExit().Status, Is.Zero);
        }

        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(verified.Output, Does.Contain("equal").And.Contain("on 2 branches"));
        var info = Tool.Run("info", file).Output;
        Assert.That(info, Does.Match(@"(?m)^branch 1: +forks from 0 at [0-9,]+, ends at [0-9,]+$"));
        using var replay = DebugServer.Replay("ticks", file);
        var again = replay.Debug(
            "monitor branch 1", "maintenance flush register-cache", Say("later", $"{Passed} >= 5000"), "continue",
            "monitor goto 0:end", "maintenance flush register-cache", Say("root", $"{Passed} < 100"));
        Assert.That(again.Said("later").Single(), Is.EqualTo("1"), again.Text);
        Assert.That(again.Said("root").Single(), Is.EqualTo("1"), again.Text);
        Assert.That(again.Text, Does.Contain("No more reverse-execution history"), "what was recorded ends");
    }

    [Test]
    public void Poke_ARecording_GoesOnInMemoryAndTheFileStays()
    {
        var before = File.ReadAllBytes(RecordedSamples.Ticks);
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var seen = server.Debug(
            "monitor goto end", When, "monitor goto start", "maintenance flush register-cache",
            "break print_line", "continue", "continue", $"set var {Passed} = 7", "stepi",
            $"print {Passed}", "continue", "continue", "monitor branches",
            $"watch {Passed}", "continue", "reverse-continue", "delete", "reverse-continue", When, "monitor goto 0:end",
            When);
        Assert.That(seen.Text, Does.Contain("kept in memory alone"), seen.Text);
        Assert.That(seen.Text, Does.Contain("= 7\n").And.Match(@"(?m)^\*      1 +0:\d+ +\d+  goes on$"), seen.Text);
        Assert.That(seen.Positions[1], Is.Zero);
        Assert.That(seen.Positions[2], Is.EqualTo(seen.Positions[0]).And.Positive, seen.Text);
        Assert.That(File.ReadAllBytes(RecordedSamples.Ticks), Is.EqualTo(before));
    }

    [Test]
    public void Call_AFunctionInThePast_ChangesOnlyItsBranch()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var seen = server.Debug(
            "break print_line", "continue", "continue", Say("before", "$pc", "$sp", "$r0"), When,
            "print longest_sequence(30)", Say("before", "$pc", "$sp", "$r0"), "monitor branch",
            "monitor goto 0:" + "start", "maintenance flush register-cache", "continue", "continue",
            Say("before", "$pc", "$sp", "$r0"), When);
        Assert.That(seen.Said("before").Distinct().Count(), Is.EqualTo(1), seen.Text);
        Assert.That(seen.Text, Does.Contain("this is branch 1, which forks from branch 0"), seen.Text);
        Assert.That(seen.Positions.Distinct().Count(), Is.EqualTo(1), seen.Text);
    }

    [Test]
    public void Write_OfWhatIsThere_ForksNothing()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var seen = server.Debug(
            "break print_line", "continue", $"set var {Passed} = {Passed}", "set $r3 = $r3", "monitor branches");
        Assert.That(seen.Text, Does.Not.Contain("forks from"), seen.Text);
    }
}
