using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>
/// The samples that each board has (<c>samples/boards</c>), here and on QEMU: equal console output, a recording that
/// verifies, and steps back in a gdb that is told the right registers.
/// </summary>
[TestFixtureSource(nameof(Boards))]
internal sealed class BoardSampleTests(string board)
{
    public static IEnumerable<string> Boards =>
        Directory.EnumerateDirectories(Path.Combine(Sample.Repository, "samples", "boards"))
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [TestCase("hello", "")]
    [TestCase("tick", "")]
    [TestCase("echo", "hello world\nReprise 42\n\nquit\n")]
    public void Run_Sample_PrintsWhatQemuPrintsAndVerifies(string sample, string input)
    {
        using var folder = new TempFolder();
        var file = folder.File("board.reprise");
        var ours = Tool.RunWith(
            input, "run", Elf(sample), "--board", board, "--record", file, "--snapshot-interval", "500",
            "--max-instructions", "20_000_000");
        Assert.That(ours.Status, Is.Zero, ours.ToString());
        Assert.That(ours.Error, Does.Contain("sleeps"), "it ended by itself");
        Assert.That(ours.Output, Has.Length.GreaterThan(10));
        var peer = QemuRun.On(board, Elf(sample), input, output => output.Length >= ours.Output.Length);
        Assert.That(peer.Output.ReplaceLineEndings("\n"), Is.EqualTo(ours.Output), peer.Error);
        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(Tool.Run("replay", file).Output, Is.EqualTo(ours.Output));
    }

    [Test]
    public void Qemu_CommandLine_RunsTheSame()
    {
        var ours = Tool.RunWith("", "run", Elf("hello"), "--board", board);
        var asQemu = Tool.RunWith("", "qemu", "-M", board, "-kernel", Elf("hello"), "-nographic", "-serial", "stdio");
        Assert.That((asQemu.Status, asQemu.Output), Is.EqualTo((0, ours.Output)), asQemu.ToString());
        Assert.That(ours.Output, Does.Contain(board));
    }

    [Test]
    public void Debug_Tick_GoesBackToWhereItWas()
    {
        using var folder = new TempFolder();
        var file = folder.File("board.reprise");
        Tool.Run("run", Elf("tick"), "--board", board, "--record", file);
        using var server = DebugServer.Of(Elf("tick"), "replay", file, "--gdb", "0");
        var seen = server.Debug(
            "break systick_handler", "continue", "continue", "p/x $pc", "p/x $lr", "p (int)tick_count", "info registers xpsr",
            "stepi 7", "reverse-stepi 7", "p/x $pc", "p/x $lr", "p (int)tick_count", "info registers xpsr",
            "reverse-continue", "p (int)tick_count", "p/x $control");
        Assert.That(seen.Text, Does.Match(@"\$2 = 0xfffffff9").And.Match(@"\$5 = 0xfffffff9"));
        Assert.That(seen.Text, Does.Match(@"(?s)\$1 = (0x[0-9a-f]+).*\$4 = \1\b"));
        Assert.That(seen.Text, Does.Match(@"(?s)\$3 = 1\b.*\$6 = 1\b.*\$7 = 0\b.*\$8 = 0x"));
    }

    private string Elf(string sample) =>
        Path.Combine(Sample.Repository, "samples", "boards", board, sample + ".elf");
}
