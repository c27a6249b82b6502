using System.Buffers.Binary;
using System.IO.Compression;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>The OLED of lm3s6965evb: the same picture as QEMU's, and one for every position.</summary>
internal sealed class ScreenTests
{
    private const int Width = 128;
    private const int Height = 64;
    private const int Magnified = 4; // by QEMU
    private const string Board = "lm3s6965evb";

    private static string Elf => Path.Combine(Sample.Repository, "samples", "boards", Board, "oled.elf");

    [Test]
    public void Run_ToTheEnd_ShowsWhatQemuShows()
    {
        using var folder = new TempFolder();
        var ours = Tool.Run("run", Elf, "--board", Board, "--screen", folder.File("oled.png"));
        Assert.That((ours.Status, ours.Output), Is.EqualTo((0, QemuOutput(folder, ours.Output))), ours.ToString());
        var (theirs, mine) = (ReadPpm(folder.File("oled.ppm")), ReadPng(folder.File("oled.png")));
        Assert.That(theirs.Distinct().Count(), Is.EqualTo(16), "all greys are there");
        Assert.That(mine, Is.EqualTo(theirs));
    }

    [Test]
    public void Replay_AtAPosition_ShowsWhatWasThere()
    {
        using var folder = new TempFolder();
        var (file, png) = (folder.File("oled.reprise"), folder.File("at.png"));
        File.WriteAllText(folder.File("keys.input"), "400_000 buttons 0x02\n");
        Tool.Run("run", Elf, "--board", Board, "--record", file, "--input", folder.File("keys.input"), "--snapshot-interval", "50_000");
        var pictures = new List<byte[]>();
        foreach (var position in (string[])["100_000", "700_000", "700_000", "100_000", "end"])
        {
            var replayed = Tool.Run("replay", file, "--at", position, "--screen", png);
            Assert.That(replayed.Status, Is.Zero, replayed.ToString());
            pictures.Add(ReadPng(png));
        }

        Assert.That((pictures[3], pictures[2]), Is.EqualTo((pictures[0], pictures[1])));
        Assert.That(pictures[1], Is.Not.EqualTo(pictures[0]).And.Not.EqualTo(pictures[4]));
        using var server = DebugServer.Of(Elf, "replay", file, "--gdb", "0");
        var seen = server.Debug(
            $"-x {Tool.Run("gdb-script").Output.Trim()}", "goto end", "goto 700000", "monitor screen", "monitor screen oled",
            $"screen {folder.File("gdb.png")}", "monitor screen lcd", "monitor lights", "screen /nowhere/x.png");
        Assert.That(ReadPng(folder.File("gdb.png")), Is.EqualTo(pictures[1]), seen.Text);
        Assert.That(seen.Text, Does.Match("(?s)(\u284f\u2809{62}\u28b9\n.{15}).*\\1"), "two equal frames of dots");
        Assert.That(seen.Text, Does.Contain("the screens are: oled\n").And.Match("(?m)^status: (on|off)$")
            .And.Contain("No such file or directory"), seen.Text);
    }

    [TestCase("mps2-an385", "x.png", "no screen")]
    [TestCase(Board, "x.bmp", "ends in .png")]
    public void Run_ScreenThatCannotBe_IsSaidBeforeTheRecordingIsReplaced(string board, string name, string expected)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("old.reprise"), "precious");
        var result = Tool.Run(
            "run", Elf, "--board", board, "--screen", folder.File(name), "--record", folder.File("old.reprise"), "--overwrite");
        Assert.That((result.Status, result.Error.Contains(expected, StringComparison.Ordinal)), Is.EqualTo((2, true)), result.ToString());
        Assert.That(File.ReadAllText(folder.File("old.reprise")), Is.EqualTo("precious"));
    }

    /// <summary>Runs it until it has printed as much, and takes the picture.</summary>
    private static string QemuOutput(TempFolder folder, string expected)
    {
        var (console, picture) = (folder.File("console.txt"), folder.File("oled.ppm"));
        using var qemu = new RunningTool(
            "qemu-system-arm",
            [
                "-M", Board, "-kernel", Elf, "-display", "none", "-serial", "file:" + console, "-monitor", "stdio",
                "-icount", "shift=3",
            ],
            input: null,
            folder.Path);
        qemu.WaitFor(() => qemu.HasExited || (File.Exists(console) && File.ReadAllText(console).Length >= expected.Length));

        // The last picture is sent before the last line.
        qemu.Process.StandardInput.Write($"screendump {picture}\nquit\n");
        qemu.Process.StandardInput.Flush();
        qemu.WaitForExit();
        return File.ReadAllText(console).ReplaceLineEndings("\n");
    }

    private static byte[] ReadPpm(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = $"P6\n{Width * Magnified} {Height * Magnified}\n255\n";
        Assert.That(bytes.Take(header.Length), Is.EqualTo(header.Select(letter => (byte)letter)));
        return Greys(bytes.AsSpan(header.Length), Width * Magnified * 3, Magnified);
    }

    private static byte[] ReadPng(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), Is.EqualTo(Width));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(bytes[20..]), Is.EqualTo(Height));
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[33..]);
        using var data = new ZLibStream(new MemoryStream(bytes.Slice(41, length).ToArray()), CompressionMode.Decompress);
        var rows = new byte[Height * (1 + (3 * Width))];
        data.ReadExactly(rows);
        return Greys(rows.AsSpan(1), 1 + (3 * Width), step: 1);
    }

    private static byte[] Greys(ReadOnlySpan<byte> pixels, int rowLength, int step)
    {
        var greys = new byte[Width * Height];
        for (var i = 0; i < greys.Length; i++)
        {
            var place = (i / Width * step * rowLength) + (i % Width * step * 3);
            Assert.That((pixels[place + 1], pixels[place + 2]), Is.EqualTo((pixels[place], pixels[place])));
            greys[i] = pixels[place];
        }

        return greys;
    }
}
