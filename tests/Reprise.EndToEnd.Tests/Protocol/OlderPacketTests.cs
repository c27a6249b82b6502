using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>The packets that gdb takes where it has no newer ones: each switched off, as against an older server.</summary>
internal sealed class OlderPacketTests(bool live) : ProtocolFixture(live)
{
    [Test]
    public void Session_WithoutNewerPackets_GoesAsWithThem()
    {
        using var served = Serve();
        var output = served.Run(
            "set remote verbose-resume-packet off", "set remote set-register-packet off",
            "set remote fetch-register-packet off", "set remote binary-download-packet off",
            "set remote multiprocess-feature-packet off", "set remote noack-packet off",
            "target remote " + served.Address, "tbreak main", "continue", "p/x $pc", "set debug remote 1", "stepi",
            "set var put_count = 77", "set $r5 = 0x55", "break queue_put", "continue", "signal SIGUSR1", "set debug remote 0",
            "delete", "detach");
        foreach (var packet in new[] { "c#", "G", "M20000194,4:4d", "z0," })
        {
            Assert.That(output, Does.Contain($"Sending packet: ${packet}"), packet);
        }

        Assert.That(output, Does.Match(@"Sending packet: \$[CS]1e#"), "gdb from 14 on steps over the breakpoint with it");
        Assert.That(output, Does.Not.Contain("$vCont;").And.Not.Contain("packet: $X").And.Not.Contain("packet: $P"));
        Assert.That(output, Does.Contain("$1 = 0x44c").And.Contain("detached]"), output);
    }

    /// <summary>Without vCont, gdb 13 steps an ARM by breakpoints; newer ones, and all for an x86 (X86Tests), with these.</summary>
    [Test]
    public void Steps_PlainOrWithASignal_AreOneInstruction()
    {
        using var served = Serve();
        var output = served.Debug(
            "maint packet s", "maint packet S05", "maintenance flush register-cache", "monitor when");
        Assert.That(Regex.Count(output, "received: \"T05thread:"), Is.EqualTo(2), output);
        Assert.That(output, Does.Contain("position 2 of"));
    }

    [Test]
    public void Detach_WithoutMultiprocess_IsThePlainPacket()
    {
        using var served = Serve();
        var output = served.Run(
            "set remote multiprocess-feature-packet off", "target remote " + served.Address, "stepi", "set debug remote 1",
            "detach");
        Assert.That(output, Does.Match(@"Sending packet: \$D#44(.|\n)*received: OK"), output);
        Assert.That(served.Debug("stepi", "monitor when"), Does.Match("position [1-9]"), "the server is still there");
    }

    [Test]
    public void Kill_WithoutMultiprocess_IsThePlainPacketAndEndsTheServer()
    {
        using var served = Serve();
        var output = served.Run(
            "set remote multiprocess-feature-packet off", "set remote kill-packet off", "target remote " + served.Address,
            "set debug remote 1", "kill");
        Assert.That(output, Does.Contain("Sending packet: $k#6b"), output);
        served.Tool.WaitFor(() => served.Tool.HasExited);
    }

    [Test]
    public void Errors_ForWhoTakesText_SayWhy()
    {
        using var served = Serve();
        var replies = served.Ask("M60000000,1:00", "qSupported:error-message+", "M60000000,1:00");
        Assert.That(replies[0], Does.Match("^E([0-9a-f]{2}|.no memory at 0x60000000)$"), "gdb from 14 on takes text by itself");
        Assert.That(replies[2], Is.EqualTo("E.no memory at 0x60000000"));
    }
}
