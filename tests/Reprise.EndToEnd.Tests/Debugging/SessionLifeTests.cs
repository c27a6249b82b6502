using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Clients that interrupt, go, come back, kill, or vanish.</summary>
internal sealed class SessionLifeTests
{
    private const string Connect = "target remote 127.0.0.1:";

    [Test]
    public void ControlC_WhileTheGuestRuns_StopsItAndTheSessionGoesOn()
    {
        using var server = DebugServer.Live("torture");
        using var gdb = GdbClient.Start(
            server.Elf, Connect + Port(server), "echo --running\\n", "continue", "echo --stopped\\n", When, "stepi",
            When,
            "reverse-stepi", When, "kill");
        gdb.WaitFor(() => gdb.Output.Contains("--running", StringComparison.Ordinal));
        Thread.Sleep(700);
        gdb.Signal("INT");
        var result = gdb.WaitForExit();
        var seen = new Transcript(result.Output + result.Error);
        Assert.That(seen.Text, Does.Contain("Program received signal SIGINT").And.Contain("--stopped"),
            result.ToString());
        Assert.That(seen.Positions[0], Is.GreaterThan(0));
        Assert.That(seen.Positions, Is.EqualTo([seen.Positions[0], seen.Positions[0] + 1, seen.Positions[0]]));
        Assert.That(server.Tool.WaitForExit().Status, Is.Zero, "kill ends the server");
    }

    [TestCase("detach")]
    [TestCase("disconnect")]
    public void Reconnect_ToALiveRun_FindsItWithItsWholeHistory(string leave)
    {
        using var server = DebugServer.Live("ticks");
        var first = server.Debug("break print_line", "continue", "continue", When, leave);
        Assert.That(first.Positions, Has.Count.EqualTo(1), first.Text);
        var second = server.Debug(When, "break print_line", "reverse-continue", Say("line", "$r0", "$r1"), When,
            "stepi", When);
        Assert.That(second.Positions[0], leave == "detach"
            ? Is.GreaterThanOrEqualTo(first.Positions[0])
            : Is.EqualTo(first.Positions[0]), "detached it runs on, disconnected it waits");
        Assert.That(second.Said("line"), Has.Count.EqualTo(1), second.Text);
        Assert.That(second.Positions[1], Is.LessThan(second.Positions[0]));
        Assert.That(second.Positions[2], Is.EqualTo(second.Positions[1] + 1));
    }

    [Test]
    public void Reconnect_ToARecording_IsWhereTheLastOneLeftWithoutItsBreakpoints()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var first = server.Debug("break print_line", "watch turn", "continue", "stepi", When, "detach");
        var second = server.Debug(When, "continue", When);
        Assert.That(second.Positions[0], Is.EqualTo(first.Positions.Single()), second.Text);
        Assert.That(second.Text, Does.Contain("No more reverse-execution history"), "no breakpoint was left behind");
    }

    [Test]
    public void KilledGdb_WhileTheGuestRuns_LeavesItToTheNext()
    {
        using var server = DebugServer.Live("torture");
        using (var gdb = GdbClient.Start(server.Elf, Connect + Port(server), "break report", "echo --running\\n",
            "continue", "continue", "delete", "continue"))
        {
            gdb.WaitFor(() => gdb.Output.Contains("--running", StringComparison.Ordinal));
            Thread.Sleep(300);
            gdb.Signal("KILL");
            gdb.WaitForExit();
        }

        var next = server.Debug(When, "stepi", When, "reverse-stepi", When);
        Assert.That(next.Positions, Is.EqualTo([next.Positions[0], next.Positions[0] + 1, next.Positions[0]]),
            next.Text);
    }

    [TestCase(true, "kill")]
    [TestCase(false, "kill")]
    [TestCase(true, "monitor quit")]
    [TestCase(false, "monitor quit")]
    public void Kill_AndQuit_EndTheServerProperly(bool live, string command)
    {
        using var folder = new TempFolder();
        var file = folder.File("killed.reprise");
        using var server = live
            ? DebugServer.Live("ticks", "--record", file)
            : DebugServer.Replay("ticks", RecordedSamples.Ticks);
        server.Debug("break print_line", "continue", command);
        var result = server.Tool.WaitForExit();
        Assert.That(result.Status, Is.Zero, result.ToString());
        if (live)
        {
            Assert.That(Tool.Run("info", file).Output, Does.Match("finished: +yes"));
            Assert.That(Tool.Run("verify", file).Status, Is.Zero);
        }
    }

    [Test]
    public void Signal_WhileServing_ClosesTheRecording()
    {
        using var folder = new TempFolder();
        var file = folder.File("ended.reprise");
        using var server = DebugServer.Live("ticks", "--record", file);
        server.Debug("break print_line", "continue");
        server.Tool.Signal("TERM");
        Assert.That(server.Tool.WaitForExit().Status, Is.EqualTo(143));
        Assert.That(Tool.Run("info", file).Output, Does.Match("finished: +yes"));
    }

    private static string Port(DebugServer server) => server.Port.ToString(CultureInfo.InvariantCulture);
}
