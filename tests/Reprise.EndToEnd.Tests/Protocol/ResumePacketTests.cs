using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Steps, ranges, restarts, ends of history, detaching and killing.</summary>
internal sealed class ResumePacketTests(bool live) : ProtocolFixture(live)
{
    [Test]
    public void Next_OverALoop_IsOnePacketForTheLine()
    {
        using var served = Serve();
        var output = served.Debug("break main", "continue", "set debug remote 1", "next", "set debug remote 0", "p/x $pc");
        Assert.That(Regex.Count(output, "Sending packet: \\$vCont;r"), Is.GreaterThan(0));
        Assert.That(Regex.Count(output, "Sending packet: \\$vCont;s"), Is.LessThan(4));
    }

    [Test]
    public void Reverse_AtTheBeginning_SaysSo()
    {
        using var served = Serve();
        var output = served.Debug("reverse-stepi", "stepi 3", "reverse-continue", "maint packet bs", "maint packet bc");
        Assert.That(Regex.Count(output, "No more reverse-execution history"), Is.EqualTo(2));
        Assert.That(Regex.Count(output, "received: \"T05.*replaylog:begin;"), Is.EqualTo(2));
    }

    [Test]
    public void Run_AfterSomeTime_BeginsAnew()
    {
        using var served = Serve();
        var output = served.Run(
            "target extended-remote " + served.Address, "set remote exec-file overrun", "break main", "continue", "starti",
            "p/x $pc", "continue", "maint packet R00", "kill");
        Assert.That(output, Does.Contain("$1 = 0x18c"));
        Assert.That(Regex.Count(output, "Breakpoint 1, main"), Is.EqualTo(2));
    }

    [Test]
    public void Detach_AndAttach_FindsTheGuestAndNoBreakpoints()
    {
        using var served = Serve();
        served.Debug("break main", "continue", "stepi", "detach");
        var output = served.Debug("monitor when", "maint packet vAttach;1", "maint packet D;1");
        Assert.That(output, Does.Contain("received: \"T0").And.Contain("received: \"OK\""));
        if (!IsLive)
        {
            Assert.That(output, Does.Match(@"position [1-9]\d* of"), "a replay stays where it is");
        }
    }

    [Test]
    public void Drop_WithoutDetach_LeavesTheGuestToTheNext()
    {
        using var served = Serve();
        served.Debug("stepi 5", "disconnect");
        Assert.That(served.Debug("monitor when", "reverse-stepi", "monitor when", "disconnect"),
            Does.Match(@"position 5 of(.|\n)*position 4 of"));
    }

    [Test]
    public void Kill_EndsTheServer()
    {
        using var served = Serve();
        served.Debug("kill");
        served.Tool.WaitFor(() => served.Tool.HasExited);
    }
}
