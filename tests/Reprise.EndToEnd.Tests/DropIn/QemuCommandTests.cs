using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.DropIn;

/// <summary>One command line for both programs, and what it does when it is wrong.</summary>
internal sealed class QemuCommandTests
{
    private static readonly string Elf = new Sample("semihosting").Elf;

    [TestCase("-semihosting")]
    [TestCase("-semihosting-config", "enable=on,target=native")]
    [TestCase("-semihosting-config", "enable=on,arg=one,arg=two,,three")]
    [TestCase("-semihosting", "-append", "four five")]
    public void SameArguments_AsQemu_GiveTheSameOutputAndStatus(params string[] options)
    {
        // The firmware prints its arguments, then opens a file, which only Reprise refuses: until there all is equal.
        using var folder = new TempFolder();
        string[] arguments =
            ["--machine", "mps2-an385", "--cpu", "cortex-m3", "--nographic", "-kernel", Elf, .. options];
        using var qemu = new RunningTool("qemu-system-arm", [.. arguments, "-monitor", "none"], folder: folder.Path);
        var expected = qemu.WaitForExit();
        var actual = Tool.Run([.. arguments, "-semihosting-root", folder.Path]);
        Assert.That(actual.Output, Is.EqualTo(expected.Output), actual.Error);
        Assert.That(actual.Status, Is.EqualTo(expected.Status));
    }

    [Test]
    public void WrongProcessor_WithAnOldRecording_LeavesItAsItWas()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "old.reprise");
        File.WriteAllText(file, "an old one");
        var result = Tool.Run(
            ["-M", "mps2-an385", "-cpu", "cortex-m7", "-kernel", Elf, "-icount", $"shift=3,rr=record,rrfile={file}"]);
        Assert.That(result.Error, Does.Contain("this board has a cortex-m3"));
        Assert.That(result.Status, Is.EqualTo(2));
        Assert.That(File.ReadAllText(file), Is.EqualTo("an old one"));
    }

    [Test]
    public void RawKernel_WithoutAnAddress_StartsAtZeroAsOnQemu()
    {
        using var folder = new TempFolder();
        var raw = folder.File("overrun.bin");
        using (var copy = new RunningTool("arm-none-eabi-objcopy", ["-O", "binary", new Sample("echo").Elf, raw]))
        {
            Assert.That(copy.WaitForExit().Status, Is.Zero);
        }

        using var server = RunningTool.Reprise(["qemu", "-M", "mps2-an385", "-kernel", raw, "-nographic"], "q");
        server.WaitFor(() => server.Output.Length > 0);
        Assert.That(server.Output, Does.StartWith("echo"));
    }

    [TestCase("there is no option '-qmp'", "-M", "mps2-an385", "-qmp", "stdio")]
    [TestCase("there is no board 'lm3s6965'", "-M", "lm3s6965", "-kernel", "x")]
    [TestCase("-M BOARD is missing", "-kernel", "x")]
    [TestCase("-kernel FILE is missing", "-M", "mps2-an385")]
    [TestCase("-kernel needs a value", "-M", "mps2-an385", "-kernel")]
    [TestCase("'x.elf' is no option", "-M", "mps2-an385", "x.elf")]
    [TestCase("-S needs -s or -gdb", "-M", "mps2-an385", "-kernel", "ELF", "-S")]
    [TestCase("-cpu cortex-m7: this board has a cortex-m3", "-M", "mps2-an385", "-kernel", "ELF", "-cpu", "cortex-m7")]
    [TestCase("-gdb udp::1: tcp:", "-M", "mps2-an385", "-gdb", "udp::1")]
    [TestCase("-gdb tcp::99999: ", "-M", "mps2-an385", "-gdb", "tcp::99999")]
    [TestCase("-icount shift=11", "-M", "mps2-an385", "-icount", "shift=11")]
    [TestCase("-icount rr=maybe", "-M", "mps2-an385", "-icount", "shift=1,rr=maybe")]
    [TestCase("-icount: there is no 'colour'", "-M", "mps2-an385", "-icount", "shift=1,colour=red")]
    [TestCase("-semihosting-config target=gdb", "-M", "mps2-an385", "-kernel", "ELF", "-semihosting-config", "enable=on,target=gdb")]
    [TestCase("-serial 'braille'", "-M", "mps2-an385", "-kernel", "ELF", "-serial", "braille")]
    [TestCase("-serial: only one port can be stdio", "-M", "mps2-an385", "-kernel", "ELF", "-serial", "stdio", "-serial", "stdio")]
    [TestCase("-serial chardev:con: there is no such -chardev", "-M", "mps2-an385", "-kernel", "ELF", "-serial", "chardev:con")]
    [TestCase("-serial: a serial port listens on 127.0.0.1 only", "-M", "mps2-an385", "-kernel", "ELF", "-serial", "tcp:0.0.0.0:0,server")]
    [TestCase("-device virtio-blk-device: loader", "-M", "mps2-an385", "-device", "virtio-blk-device")]
    [TestCase("memory of its own", "-M", "mps2-an385", "-kernel", "ELF", "-device", "loader,file=ELF")]
    [TestCase("a raw file needs a load address", "-M", "mps2-an385", "-kernel", "ELF", "-device", "loader,file=README.md")]
    [TestCase("at 0x10000000 are not", "-M", "mps2-an385", "-kernel", "ELF", "-device", "loader,file=README.md,addr=0x10000000")]
    [TestCase("no-such-file", "-M", "mps2-an385", "-icount", "shift=0,rr=replay,rrfile=no-such-file")]
    public void BadCommandLine_IsOneParagraphThatNamesIt(string reason, params string[] arguments)
    {
        var result = Tool.Run([.. arguments.Select(text => text.Replace("ELF", Elf, StringComparison.Ordinal))]);
        Assert.That(result.Status, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.StartWith("reprise: ").And.Contain(reason));
        Assert.That(result.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(result.Output, Is.Empty);
    }

    [TestCase("-M", "help", "mps2-an385 ")]
    [TestCase("-machine", "?", "Supported machines are:\n")]
    [TestCase("-cpu", "help", "cortex-m3")]
    [TestCase("--version", "", "QEMU emulator version 7.2")]
    [TestCase("-help", "", "-icount shift=N")]
    public void Listing_IsPrintedAndNothingRuns(string option, string value, string expected)
    {
        var result = Tool.Run(["qemu", option, .. value.Length > 0 ? [value] : Array.Empty<string>()]);
        Assert.That(result.Status, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain(expected));
    }

    [Test]
    public void Replay_OfAnotherFirmware_IsRefused()
    {
        using var folder = new TempFolder();
        var file = folder.File("run.bin");
        string[] Line(string mode, string sample) =>
            ["-M", "mps2-an385", "-kernel", new Sample(sample).Elf, "-semihosting", "-icount", $"shift=0,rr={mode},rrfile={file}"];
        Tool.Run(Line("record", "semihosting"));
        Assert.That(Tool.Run(Line("replay", "semihosting")).Error, Does.Not.Contain("reprise:"));
        Assert.That(Tool.Run(Line("replay", "ticks")).Error, Does.Contain("was recorded of another firmware"));
    }
}
