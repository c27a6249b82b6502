using System.Globalization;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>The boot sector of the samples, whose code, data and stack are in one page, from a floppy and from a disk.</summary>
internal sealed class BootSectorTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";

    private readonly TempFolder _folder = new();

    private static string Folder => new Sample("bootsector").Folder;

    private static string Expected => File.ReadAllText(Path.Combine(Folder, "expected.txt"));

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("fda", 1440 * 1024)]
    [TestCase("hda", 1 << 20)]
    public void Run_FromADrive_CountsTicksForwardsAndBackwards(string drive, int size)
    {
        var recording = _folder.File(drive + ".reprise");
        var ran = Tool.Run(
            "run", Bios, "--board", "pc", "--disk", $"{drive}={MakeImage(drive, size)}", "--serial", "uart0=null", "--serial",
            "console=stdio", "--record", recording, "--max-instructions", "50_000_000");
        Assert.That((ran.Output, ran.Status), Is.EqualTo((Expected, 1)), ran.ToString());
        var verified = Tool.Run("verify", recording);
        Assert.That(verified.Status, Is.Zero, verified.ToString());

        using var server = DebugServer.Of("", "replay", recording, "--gdb", "0");
        var forwards = server.DebugScript($"""
            set architecture i8086
            add-symbol-file {Folder}/bootsector.elf
            break *0x7c00
            continue
            delete
            watch *(unsigned char *) &ticks
            {string.Concat(Enumerable.Repeat("continue\n", 18))}
            """);
        var values = Regex.Matches(forwards.Text, @"New value = (\d+)")
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.That(values, Is.EqualTo(Enumerable.Range(1, 18)), forwards.Text);
        var loaded = server.DebugScript($"""
            set architecture i8086
            monitor goto 0
            maintenance flush register-cache
            break *0x7c00
            continue
            delete
            watch -location *(unsigned short *) 0x7c00
            reverse-continue
            {Transcript.Say("bios", "$cs == 0xf000")}
            delete
            continue
            monitor last-write 0x7dfe,2
            """);
        Assert.That(loaded.Text, Does.Match(@"Old value = \d+\nNew value = 0\n"), loaded.Text);
        Assert.That(loaded.Said("bios").Single(), Is.EqualTo("1"), loaded.Text);
        var dma = Regex.IsMatch(loaded.Text, "DMA, input or an exception's frame writes 0x7dfe: .*-> 55 aa");
        Assert.That(dma, Is.EqualTo(drive == "fda"), loaded.Text);
        var backwards = server.DebugScript($"""
            set architecture i8086
            monitor goto end
            maintenance flush register-cache
            directory {Sample.Repository}/samples
            cd {Sample.Repository}
            source samples/bootsector/back.gdb
            """);
        Assert.That(
            backwards.Text, Does.Contain("\ntick 17\n").And.Contain("\ntick 16\n").And.Contain("\n0:7c00\n").And.Contain("incb    %cs:ticks"), backwards.Text);
    }

    [Test]
    public void Run_OnQemu_WritesTheSame()
    {
        using var qemu = new RunningTool(
            "qemu-system-i386",
            [
                "-M", "pc", "-nodefaults", "-vga", "std", "-display", "none", "-debugcon", "stdio", "-global", "isa-debugcon.iobase=0xe9",
                "-device", "isa-debug-exit,iobase=0xf4", "-drive", $"if=floppy,format=raw,file={MakeImage("qemu", 1440 * 1024)}",
            ],
            input: null,
            _folder.Path);
        qemu.WaitForExit();
        Assert.That((qemu.Output, qemu.Process.ExitCode), Is.EqualTo((Expected, 1)));
    }

    private string MakeImage(string name, int size)
    {
        var image = new byte[size];
        File.ReadAllBytes(Path.Combine(Folder, "bootsector.img")).CopyTo(image, 0);
        var path = _folder.File(name + ".img");
        File.WriteAllBytes(path, image);
        return path;
    }
}
