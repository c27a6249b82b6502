using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Commands;

/// <summary>Files that are in memory besides the firmware: as QEMU's -device loader, and in recordings.</summary>
internal sealed class LoadTests
{
    private static readonly string _elf = new Sample("ticks").Elf;

    [TestCase("ticks", "ticks", "mps2-an385")]
    [TestCase("x86/stacks", "stacks", "pc")]
    [TestCase("x86_64/timers", "timers", "pc-x86_64")]
    public void Run_WithoutABoard_TakesOneForTheFirmwaresProcessor(string sample, string name, string board)
    {
        using var folder = new TempFolder();
        var recording = folder.File("run.reprise");
        var elf = Path.Combine(new Sample(sample).Folder, name + ".elf");
        var ran = Tool.Run(["run", elf, "--record", recording, "--max-instructions", "1000"]);
        Assert.That(ran.Status, Is.Zero, ran.Error);
        Assert.That(Tool.Run(["info", recording]).Output, Does.Match($"(?m)^board: +{board}$"));
    }

    [Test]
    public void Files_BesideTheFirmware_AreThereAsOnQemuAndOnReplay()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("text"), "a text of its own");
        File.Copy(new Sample("echo").Elf, folder.File("an.elf"));
        File.WriteAllText(folder.File("data.hex"), ":020000042102D7\n:0400000001020304F2\n:00000001FF\n");
        string[] devices =
        [
            $"loader,file={folder.File("text")},addr=0x21000000", $"loader,file={folder.File("an.elf")},addr=0x21010000,force-raw=on",
            $"loader,file={folder.File("data.hex")}",
        ];
        string[] looks = ["x/s 0x21000000", "x/4xb 0x21010000", "x/4xb 0x21020000", "stepi 50", "p/x $pc", "x/s 0x21000000"];
        string[] line = ["-M", "mps2-an385", "-nographic", "-kernel", _elf, .. devices.SelectMany(device => new[] { "-device", device })];
        var expected = Shown(OnQemu(line, looks));
        Assert.That(expected, Does.Contain("a text of its own").And.Contain("0x7f\t0x45\t0x4c\t0x46").And.Contain("0x01\t0x02\t0x03\t0x04"));

        var file = folder.File("run.reprise");
        using (var server = DebugServer.Of(_elf, [.. line, "-S", "-gdb", "tcp::0", "-icount", $"shift=3,rr=record,rrfile={file}"]))
        {
            Assert.That(Shown(server.Debug([.. looks, "kill"]).Text), Is.EqualTo(expected));
            server.Tool.WaitForExit();
        }

        string[] own =
        [
            "--load", folder.File("text") + "@0x21000000", "--load", folder.File("an.elf") + "@0x21010000", "--load",
            folder.File("data.hex"),
        ];
        var second = folder.File("second.reprise");
        var ran = Tool.Run(["run", _elf, .. own, "--record", second, "--max-instructions", "100_000"]);
        Assert.That(ran.Status, Is.Zero, ran.Error);
        foreach (var name in new[] { "text", "an.elf", "data.hex" })
        {
            File.Delete(folder.File(name));
        }

        foreach (var recording in new[] { file, second })
        {
            Assert.That(Tool.Run("verify", recording).Status, Is.Zero);
            Assert.That(Tool.Run("info", recording).Output, Does.Match(@"loaded.0: +text, 17 bytes at 0x21000000\n").And.Match(
                @"loaded.2: +data.hex, 48 bytes\n"));
            using var replay = DebugServer.Of(_elf, "replay", recording, "--gdb", "0");
            Assert.That(Shown(replay.Debug(looks).Text), Is.EqualTo(expected));
        }
    }

    [TestCase("no-such-file@0x21000000", "no-such-file")]
    [TestCase("README.md", "a raw file needs a load address")]
    [TestCase("README.md@0x10000000", "at 0x10000000 are not")]
    [TestCase("README.md@0x10", "memory of its own")]
    [TestCase("README.md@place", "--load: ")]
    public void Load_WhatCantBe_IsOneParagraphThatNamesIt(string option, string reason)
    {
        var result = Tool.Run("run", _elf, "--load", option, "--max-instructions", "1");
        Assert.That(result.Status, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("reprise: ").And.Contain(reason));
    }

    private static string OnQemu(string[] line, string[] commands)
    {
        var port = FreePort.Take();
        using var qemu = new RunningTool(
            "qemu-system-arm", [.. line, "-monitor", "none", "-icount", "shift=3", "-gdb", $"tcp:127.0.0.1:{port}", "-S"]);
        qemu.WaitFor(() => FreePort.IsListening(port));
        return GdbClient.Run(_elf, port, [.. commands, "kill"]);
    }

    /// <summary>The lines of memory, and values.</summary>
    private static string Shown(string output) => string.Join('\n', output.Split('\n').Where(
        line => line.StartsWith("0x21", StringComparison.Ordinal) || line.StartsWith('$')));
}
