using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Where the server can be, and who may come.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class AddressTests
{
    [Test]
    public void Server_UnixSocket_IsServedAndRemoved()
    {
        using var folder = new TempFolder();
        var path = folder.File("gdb.sock");
        for (var i = 0; i < 2; i++)
        {
            using var served = Served.LiveAt("overrun", "unix:" + path, path);
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(served.Debug("p/x $pc", "kill"), Does.Contain("$1 = 0x18c"));
            served.Tool.WaitForExit();
            Assert.That(File.Exists(path), Is.False);
        }
    }

    [Test]
    public void Server_UnixSocketLeftBehind_IsTakenOver()
    {
        using var folder = new TempFolder();
        var path = folder.File("gdb.sock");
        using (var killed = Served.LiveAt("overrun", "unix:" + path, path))
        {
            killed.Tool.Signal("KILL");
            killed.Tool.WaitFor(() => killed.Tool.HasExited);
        }

        using var served = Served.LiveAt("overrun", "unix:" + path, path);
        Assert.That(served.Debug("p/x $pc"), Does.Contain("$1 = 0x18c"));
    }

    [Test]
    public void Server_UnixSocketPathOfAFile_IsRefusedAndTheFileStays()
    {
        using var folder = new TempFolder();
        var path = folder.File("precious.txt");
        File.WriteAllText(path, "text");
        var result = Tool.Run("run", new Sample("overrun").Elf, "--gdb", "unix:" + path, "--wait");
        Assert.That(result.Status, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("can't listen on unix:"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("text"));
    }

    [Test]
    public void Server_Stdio_TalksOverAPipeAndKeepsTheConsoleApart()
    {
        var elf = new Sample("overrun").Elf;
        var reprise = Path.Combine(AppContext.BaseDirectory, "reprise");
        var output = Served.Gdb(
            elf, $"target remote | {reprise} run {elf} --gdb stdio --wait", "break queue_put if put_count == 300",
            "continue", "p/d put_count", "kill");
        Assert.That(output, Does.Contain("$1 = 300"));
        Assert.That(output, Does.Contain("256 messages"), "the guest's console comes by stderr");
    }

    [Test]
    public void Server_Ipv6_IsServed()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.IPv6Loopback, 0);
        probe.Start();
        var address = probe.LocalEndpoint.ToString()!;
        probe.Stop();
        using var served = Served.LiveAt("overrun", address, address);
        Assert.That(served.Debug("p/x $pc"), Does.Contain("$1 = 0x18c"));
    }

    [Test]
    public void Server_SecondClient_IsToldAndTheFirstGoesOn()
    {
        using var served = Served.Live("overrun");
        var output = served.Debug(
            "stepi", $"shell gdb-multiarch -nx -q -batch -ex 'target remote {served.Address}' 2>&1 | sed 's/^/second: /'",
            "stepi", "monitor when");
        Assert.That(output, Does.Match("second: .*another debugger is connected"));
        Assert.That(output, Does.Contain("position 2 of 2"));
    }
}
