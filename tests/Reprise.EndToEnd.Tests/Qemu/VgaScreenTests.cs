using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>
/// The VGA of the PC shows what QEMU's does, pixel for pixel: boot sectors of our own set modes through SeaBIOS and draw.
/// They say that they are done on port E9h.
/// </summary>
internal sealed class VgaScreenTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";
    private const string Done = "B0 42 E6 E9 F4 EB FD"; // mov al,'B'; out 0xE9,al; hlt, for ever

    // Each mode by INT 10h, ES its memory.
    private const string Text =
        "B8 {0} 00 CD 10 B4 01 B9 00 20 CD 10 B8 00 B8 8E C0 31 FF 31 C0 " // no cursor
        + "AB 05 01 03 80 E4 7F 81 FF A0 0F 72 F3 "; // stosw; add ax,0x301; and ah,0x7F; until 4,000 bytes

    private const string Planes =
        "B8 {0} 00 CD 10 B8 00 A0 8E C0 BA C4 03 B0 02 EE 42 B3 01 "
        + "88 D8 EE 31 FF " // mov al,bl; out dx,al; xor di,di
        + "89 F8 F6 E3 AA 81 FF 00 96 72 F5 " // mov ax,di; mul bl; stosb; until 0x9600
        + "D0 E3 80 FB 10 72 E9 "; // shl bl,1; until 0x10

    private const string Bytes = "B8 {0} 00 CD 10 B8 00 {1} 8E C0 31 FF 31 C0 AA 40 85 FF 75 FA "; // all of the segment

    [TestCase("text of 80 columns", Text, "03", "")]
    [TestCase("16 colors, 640 x 480", Planes, "12", "")]
    [TestCase("16 colors, 640 x 350", Planes, "10", "")]
    [TestCase("16 colors, 320 x 200", Planes, "0D", "")]
    [TestCase("256 colors", Bytes, "13", "A0")]
    [TestCase("4 colors, as a CGA", Bytes, "04", "B8")]
    [TestCase("2 colors, as a CGA", Bytes, "06", "B8")]
    public void Run_ABootSectorThatDraws_ShowsWhatQemuShows(string name, string code, string mode, string segment)
    {
        using var folder = new TempFolder();
        var disk = MakeDisk(folder, code.Replace("{0}", mode, StringComparison.Ordinal).Replace("{1}", segment, StringComparison.Ordinal) + Done);
        var ours = Tool.Run(
            "run", Bios, "--board", "pc", "--disk", "hda=" + disk, "--screen", folder.File("ours.png"), "--serial", "console=stdio",
            "--serial", "uart0=null", "--max-instructions", "12_000_000");
        Assert.That(ours.Output, Is.EqualTo("B\n"), ours.ToString());
        var mine = PictureFile.ReadPng(folder.File("ours.png"));
        var theirs = RunQemu(folder, disk);
        Assert.That((mine.Width, mine.Height), Is.EqualTo((theirs.Width, theirs.Height)), name);
        Assert.That(theirs.Pixels.Distinct().Count(), Is.GreaterThan(1), "something is shown");
        var differing = Enumerable.Range(0, mine.Pixels.Length / 3).Where(i => !Same(mine, theirs, i)).ToList();
        Assert.That(
            differing.Select(i => (i % mine.Width, i / mine.Width)).Where(at => code != Text || !IsShadeEdge(at)).Take(10), Is.Empty, name);
    }

    // The ninth dot of B0h to BFh, which only QEMU draws as it does that of lines: characters go round with the cells.
    private static bool IsShadeEdge((int X, int Y) at) =>
        at.X % 9 == 8 && (((at.Y / 16 * 80) + (at.X / 9)) & 0xF0) == 0xB0;

    private static bool Same(PictureFile one, PictureFile other, int pixel) =>
        one.Pixels.AsSpan(pixel * 3, 3).SequenceEqual(other.Pixels.AsSpan(pixel * 3, 3));

    private static string MakeDisk(TempFolder folder, string code)
    {
        var image = new byte[1 << 20];
        Convert.FromHexString(code.Replace(" ", "", StringComparison.Ordinal)).CopyTo(image, 0);
        (image[510], image[511]) = (0x55, 0xAA);
        File.WriteAllBytes(folder.File("disk.img"), image);
        return folder.File("disk.img");
    }

    private static PictureFile RunQemu(TempFolder folder, string disk)
    {
        var console = folder.File("console.txt");
        using var qemu = new RunningTool(
            "qemu-system-i386",
            [
                "-M", "pc", "-nodefaults", "-vga", "std", "-display", "none", "-monitor", "stdio", "-debugcon", "file:" + console,
                "-drive", $"file={disk},format=raw",
            ],
            input: null,
            folder.Path);
        qemu.WaitFor(() => qemu.HasExited || (File.Exists(console) && File.ReadAllText(console) == "B"));
        qemu.Process.StandardInput.Write($"screendump {folder.File("theirs.ppm")}\nquit\n");
        qemu.Process.StandardInput.Flush();
        qemu.WaitForExit();
        return PictureFile.ReadPpm(folder.File("theirs.ppm"));
    }
}
