using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>The commands behind <c>monitor</c>.</summary>
internal sealed class MonitorTests
{
    [Test]
    public void Help_NamesEveryCommand()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        var seen = server.Debug("monitor help", "monitor", "monitor nonsense", "monitor goto", "monitor goto 1 2",
            When);
        foreach (var name in new[] { "help", "when", "goto", "info replay", "quit" })
        {
            Assert.That(seen.Text, Does.Match($"(?m)^{name} "), seen.Text);
        }

        Assert.That(seen.Text, Does.Contain("unknown command: 'nonsense'").And.Contain("usage: monitor goto"));
        Assert.That(seen.Positions, Is.EqualTo([0ul]), "the session lives");
    }

    [Test]
    public void Goto_AnyPosition_IsTheStateThatSteppingFindsThere()
    {
        using var server = DebugServer.Replay("ticks", RecordedSamples.Ticks);
        const string flush = "maintenance flush register-cache";
        const string state = "printf \"@s %x %x %x %x %x\\n\", $pc, $sp, $xpsr, $r0, $r7";
        var seen = server.Debug(
            "monitor goto 345000", flush, "stepi", "stepi", "stepi", state, When,
            "monitor goto end", "monitor goto start", "monitor goto 345003", flush, state, When,
            "monitor goto -3", "monitor goto +4", When, "monitor goto 99999999999", "monitor goto -99999999999", When,
            "monitor goto 18446744073709551616", "monitor goto xyz", When);
        Assert.That(seen.Said("s"), Has.Count.EqualTo(2), seen.Text);
        Assert.That(seen.Said("s")[1], Is.EqualTo(seen.Said("s")[0]), seen.Text);
        Assert.That(seen.Positions, Is.EqualTo([345_003ul, 345_003ul, 345_004ul, 0ul, 0ul]), seen.Text);
        Assert.That(seen.Text, Does.Contain("history ends at"));
    }

    [Test]
    public void InfoReplay_LiveAndRecorded_SaysWhatIsThere()
    {
        using var replay = DebugServer.Replay("torture", RecordedSamples.Torture);
        var recorded = replay.Debug("monitor info replay");
        Assert.That(recorded.Text, Does.Contain("Replaying execution").And.Contain("end of history: 2000000"));
        using var live = DebugServer.Live("torture");
        Assert.That(live.Debug("stepi", "monitor info replay").Text, Does.Contain("Recording execution")
            .And.Contain("end of history: 1"));
    }
}
