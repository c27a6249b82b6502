using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>
/// gdb's reverse commands on QEMU's record/replay and on Reprise: what looks odd in both is gdb's own. Without breakpoints,
/// and before the first interrupt, which QEMU takes elsewhere.
/// </summary>
internal sealed class QemuReverseTests
{
    [Test]
    public void Script_Backwards_PrintsTheSameOnBoth()
    {
        using var folder = new TempFolder();
        var elf = new Sample("recursion").Elf;
        var script = Path.Combine(
            Sample.Repository, "tests", "Reprise.EndToEnd.Tests", "Scripts", "recursion-reverse.gdb");
        var expected = Lines(OnQemu(folder, elf, script));
        using var server = DebugServer.Replay("recursion", RecordedSamples.Recursion);
        var actual = Lines(server.Debug($"-x {script}", "kill").Text);
        Assert.That(expected, Has.Count.GreaterThan(40));
        // Up to gdb 14 a line that has several rows is several lines on the way back.
        Assert.That(string.Join('\n', expected), Does.Match("\n(0x00000304\t15|15\t)"));
        Assert.That(actual, Is.EqualTo(expected));
    }

    private static string OnQemu(TempFolder folder, string elf, string script)
    {
        var disk = folder.File("empty.qcow2");
        using (var image = new RunningTool("qemu-img", ["create", "-f", "qcow2", disk, "64M"]))
        {
            Assert.That(image.WaitForExit().Status, Is.Zero);
        }

        string[] Options(string mode) =>
            ["-M", "mps2-an385", "-kernel", elf, "-display", "none", "-monitor", "none",
             "-serial", "file:" + folder.File(mode), "-drive", $"file={disk},if=none,id=disk",
             "-icount", $"shift=3,rr={mode},rrfile={folder.File("log")},rrsnapshot=init"];

        using (var recording = new RunningTool("qemu-system-arm", Options("record")))
        {
            recording.WaitFor(() => File.Exists(folder.File("record"))
                && File.ReadAllText(folder.File("record")).Contains("interrupted", StringComparison.Ordinal));
            recording.Signal("TERM");
            recording.WaitForExit();
        }

        var port = FreePort.Take();
        using var replay = new RunningTool(
            "qemu-system-arm", [.. Options("replay"), "-S", "-gdb", $"tcp:127.0.0.1:{port}"]);
        replay.WaitFor(() => FreePort.IsListening(port));
        return GdbClient.Run(elf, port, $"-x {script}", "kill");
    }

    private static List<string> Lines(string output) =>
        [.. output.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
}
