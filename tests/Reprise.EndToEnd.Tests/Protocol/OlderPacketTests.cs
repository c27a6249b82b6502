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
        foreach (var packet in new[] { "c#", "G", "M20000194,4:4d", "C1e#", "z0," })
        {
            Assert.That(output, Does.Contain($"Sending packet: ${packet}"), packet);
        }

        Assert.That(output, Does.Not.Contain("$vCont;").And.Not.Contain("packet: $X").And.Not.Contain("packet: $P"));
        Assert.That(output, Does.Contain("$1 = 0x44c").And.Contain("detached]"), output);
    }
}
