using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.DropIn;

/// <summary>
/// What IDEs and build systems start as their qemu-system-arm, and what they then tell gdb, word for word but for the
/// board and the port.
/// </summary>
internal sealed class IdeCommandLineTests
{
    private static readonly string Elf = new Sample("overrun").Elf;

    private static readonly string[] BackAndForth =
        ["delete", "break sensor_calibrate", "continue", When, "reverse-stepi", When, "stepi", When];

    [Test]
    public void CortexDebug_LaunchAndRestart_StopsInMainAndGoesBack()
    {
        var port = FreePort();
        using var server = Start(
            "-cpu", "cortex-m3", "-machine", "mps2-an385", "-nographic", "-semihosting-config",
            "enable=on,target=native", "-gdb", $"tcp::{port}", "-S", "-kernel", Elf);
        var seen = Gdb([
            $"interpreter-exec mi \"-target-select extended-remote localhost:{port}\"",
            "interpreter-exec mi \"-enable-pretty-printing\"",
            "interpreter-exec mi \"-break-insert -t main\"",
            "interpreter-exec mi \"-list-target-features\"",
            "continue",
            Say("first", "$pc == (long)&main"),
            "interpreter-exec console \"monitor stop\"",
            "interpreter-exec console \"monitor system_reset\"",
            "maintenance flush register-cache",
            Say("reset", "$pc == (long)&reset_handler"),
            "tbreak main",
            "continue",
            Say("again", "$pc == (long)&main"),
            .. BackAndForth,
        ]);
        Assert.That(seen.Text, Does.Contain("features=[").And.Contain("\"reverse\""), "IDEs enable their buttons by it");
        Assert.That(seen.Said("first").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Said("reset").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Said("again").Single(), Is.EqualTo("1"), seen.Text);
        AssertBackAndForth(seen);
    }

    [Test]
    public void Zephyr_DebugServerThroughALink_ServesAndWritesItsPidFile()
    {
        using var folder = new TempFolder();
        var port = FreePort();
        var link = folder.File("qemu-system-arm");
        File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "reprise"));
        using var server = new RunningTool(
            link,
            ["-cpu", "cortex-m3", "-machine", "mps2-an385", "-nographic", "-vga", "none", "-net", "none", "-pidfile",
             "qemu.pid", "-chardev", "stdio,id=con,mux=on", "-serial", "chardev:con", "-mon",
             "chardev=con,mode=readline", "-icount", "shift=7,align=off,sleep=off", "-rtc", "clock=vm", "-gdb",
             $"tcp::{port}", "-S", "-kernel", Elf],
            folder: folder.Path);
        server.WaitForPort();
        Assert.That(
            File.ReadAllText(folder.File("qemu.pid")).Trim(), Is.EqualTo($"{server.Id}"));
        var seen = Gdb([$"target remote :{port}", .. BackAndForth, "kill"]);
        AssertBackAndForth(seen);
        Assert.That(server.WaitForExit().Output, Does.Contain("overrun: waiting for messages"));
        Assert.That(File.Exists(folder.File("qemu.pid")), Is.False);
    }

    [Test]
    public void PlatformIO_LoadAndReset_StopsInMainAndGoesBack()
    {
        var port = FreePort();
        using var server = Start(
            "-nographic", "-machine", "mps2-an385", "-d", "unimp,guest_errors", "-gdb", $"tcp::{port}", "-S", "-kernel",
            Elf);
        var seen = Gdb([
            $"target extended-remote :{port}", "load", "monitor system_reset", "tbreak main", "continue",
            Say("main", "$pc == (long)&main"), .. BackAndForth,
        ]);
        Assert.That(seen.Text, Does.Contain("Transfer rate"));
        Assert.That(seen.Said("main").Single(), Is.EqualTo("1"), seen.Text);
        AssertBackAndForth(seen);
        Assert.That(server.Error, Does.Contain("without effect here: -d"));
    }

    [Test]
    public void Gdb_OverAPipe_KeepsTheConsoleApart()
    {
        var reprise = Path.Combine(AppContext.BaseDirectory, "reprise");
        var seen = Gdb(
            [$"target remote | exec {reprise} qemu -M mps2-an385 -kernel {Elf} -gdb stdio -S", .. BackAndForth, "kill"]);
        AssertBackAndForth(seen);
    }

    [Test]
    public void Icount_RecordThenReplay_GivesTheSameInBothDirections()
    {
        using var folder = new TempFolder();
        var file = folder.File("run.bin");
        string[] travel = ["break sensor_calibrate", "continue", When, Say("sum", "$pc", "$sp", "$r0", "$r1")];
        string[] Line(string mode, string port) =>
        [
            "-M", "mps2-an385", "-kernel", Elf, "-nographic", "-icount", $"shift=3,rr={mode},rrfile={file},rrsnapshot=init",
            "-gdb", $"tcp::{port}", "-S",
        ];

        var port = FreePort();
        Transcript recorded;
        using (var server = Start(Line("record", port)))
        {
            recorded = Gdb([$"target remote :{port}", .. travel, "kill"]);
            Assert.That(server.WaitForExit().Status, Is.Zero);
        }

        port = FreePort();
        using var replay = Start(Line("replay", port));
        var replayed = Gdb([$"target remote :{port}", .. travel, "reverse-stepi", When, "stepi", travel[^1]]);
        Assert.That(replayed.Said("sum"), Is.EqualTo(new[] { recorded.Said("sum").Single(), recorded.Said("sum").Single() }));
        Assert.That(replayed.Positions, Is.EqualTo([recorded.Positions[0], recorded.Positions[0] - 1]), replayed.Text);
    }

    private static RunningTool Start(params string[] arguments)
    {
        var tool = RunningTool.Reprise(arguments);
        tool.WaitForPort();
        return tool;
    }

    private static Transcript Gdb(params string[] commands) => new(GdbClient.RunScript(Elf, commands));

    private static void AssertBackAndForth(Transcript seen)
    {
        var positions = seen.Positions;
        Assert.That(positions, Has.Count.EqualTo(3), seen.Text);
        Assert.That(positions[0], Is.GreaterThan(1000));
        Assert.That(positions[1], Is.EqualTo(positions[0] - 1));
        Assert.That(positions[2], Is.EqualTo(positions[0]));
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
