using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Boards;

/// <summary>A board that a user writes: firmware boots on it, and its recording needs the board's files no more.</summary>
internal sealed class OwnBoardTests
{
    private const string Chip =
        """
        cpu: { model: cortex-m3, interrupts: 16, priority-bits: 3, clock: 25 MHz }
        memory:
          code: { address: 0x0000_0000, size: 1 MiB }
          ram: { address: 0x2000_0000, size: 4 MiB }
        """;

    private const string Board =
        """
        description: made for a test
        extends: parts/chip.yaml
        devices:
          uart0:
            type: cmsdk-uart
            address: 0x4000_4000
            wires: { transmit: irq 1, receive: irq 0, overrun: irq 12 }
          timer0: { type: cmsdk-timer, address: 0x4000_0000, clock: 25 MHz, irq: 8 }
          timer1: { type: cmsdk-timer, address: 0x4000_1000, clock: 25 MHz, irq: 9 }
          dualtimer: { type: cmsdk-dual-timer, address: 0x4000_2000, clock: 25 MHz, irq: 10 }
        """;

    private static readonly string _ticks = new Sample("ticks").Elf;

    [Test]
    public void OwnBoard_BootsRecordsReplaysAndReverses_WithoutItsFiles()
    {
        using var folder = new TempFolder();
        var board = Write(folder, Board);
        var file = folder.File("own.reprise");
        var ran = Tool.Run(
            "run", _ticks, "--board", board, "--record", file, "--max-instructions", "2_000_000",
            "--snapshot-interval", "300_000");
        Assert.That(ran.Status, Is.Zero, ran.ToString());
        Assert.That(new Sample("ticks").Expected, Does.StartWith(ran.Output));
        Assert.That(ran.Output.Split('\n'), Has.Length.GreaterThan(3));

        Directory.Delete(folder.File("parts"), recursive: true);
        File.Delete(board);
        Assert.That(Tool.Run("info", file).Output, Does.Match(@"board: +own\n"));
        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        Assert.That(Tool.Run("replay", file).Output, Is.EqualTo(ran.Output));
        using var server = DebugServer.Of(_ticks, "replay", file, "--gdb", "0");
        var seen = server.Debug(
            "p/x $pc", "stepi 9", "p/x $pc", "reverse-stepi 9", "p/x $pc", "monitor info mtree", "reverse-continue",
            "p/x $pc");
        Assert.That(seen.Text, Does.Match(@"(?s)\$1 = (0x[0-9a-f]+).*\$3 = \1\b"));
        Assert.That(seen.Text, Does.Contain("(prio 0, i/o): dualtimer").And.Not.Contain("watchdog"));
    }

    [Test]
    public void OwnBoard_AsQemusMachine_Runs()
    {
        using var folder = new TempFolder();
        var file = folder.File("own.reprise");
        var ran = Tool.Run(
            "run", _ticks, "--board", Write(folder, Board), "--record", file, "--max-instructions", "400_000");
        var other = Tool.Run(
            "qemu", "-M", "./own.yaml", "-nographic", "-kernel", _ticks, "-icount", $"shift=3,rr=replay,rrfile={file}");
        Assert.That(other.Error, Does.Contain("there is no board './own.yaml'"), "the name is looked up where one is");
        var same = Tool.Run(
            "qemu", "-M", folder.File("own.yaml"), "-nographic", "-kernel", _ticks, "-icount",
            $"shift=3,rr=replay,rrfile={file}");
        Assert.That(same.Output, Is.EqualTo(ran.Output), same.ToString());
    }

    [Test]
    public void OwnBoard_WithAMistake_NamesThePlace()
    {
        using var folder = new TempFolder();
        var board = Write(folder, Board.Replace("irq: 9", "irq: 99", StringComparison.Ordinal));
        var result = Tool.Run("run", _ticks, "--board", board);
        Assert.That(result.Status, Is.EqualTo(2));
        Assert.That(
            result.Error, Is.EqualTo($"reprise: {board}:9:74: expected an interrupt from 0 to 15, found '99'\n"));
    }

    /// <summary>The sample polls a UART that only an SVD file describes, and whose answers are a script.</summary>
    [Test]
    public void OwnBoard_WithAnSvdFile_NamesAccessesAndReplaysWithoutIt()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("chip.yaml"), Chip + "\nsvd: chip.svd\nregisters: { UART0.STATE: [1, 1, 1, 0, 1] }\n");
        File.WriteAllText(
            folder.File("chip.svd"),
            """
            <device><name>D</name><peripherals>
              <peripheral><name>TIMER0</name><baseAddress>0x40000000</baseAddress><registers>
                <register><name>CTRL</name><addressOffset>0</addressOffset></register>
                <register><name>RELOAD</name><addressOffset>8</addressOffset></register>
              </registers></peripheral>
              <peripheral><name>UART0</name><baseAddress>0x40004000</baseAddress><registers>
                <register><name>STATE</name><addressOffset>4</addressOffset><access>read-only</access></register>
                <register><name>CTRL</name><addressOffset>8</addressOffset></register>
                <register><name>BAUDDIV</name><addressOffset>16</addressOffset></register>
              </registers></peripheral>
            </peripherals></device>
            """);
        var file = folder.File("own.reprise");
        var elf = new Sample("polling").Elf;
        var ran = Tool.Run(
            "run", elf, "--board", folder.File("chip.yaml"), "--record", file, "--max-instructions", "2_000",
            "--snapshot-interval", "70", "--log-registers", "7");
        Assert.That(ran.Status, Is.Zero, ran.ToString());
        Assert.That(ran.Error, Does.Match(
            @"^UART0.BAUDDIV <- 0x[0-9a-f]{8} at console_open\+0x[0-9a-f]+\n"
            + @"UART0.CTRL <- 0x00000001 at console_open\+0x[0-9a-f]+\n"
            + @"TIMER0.RELOAD <- 0xffffffff at main\+0x[0-9a-f]+\n"
            + @"TIMER0.CTRL <- 0x00000001 at main\+0x[0-9a-f]+\n"
            + @"UART0.STATE -> 0x00000001 at main\+0x[0-9a-f]+\n"
            + @"UART0.STATE -> 0x00000000 at main\+0x[0-9a-f]+\n"
            + @"UART0.STATE -> 0x00000001 at main\+0x[0-9a-f]+\n"));

        File.Delete(folder.File("chip.svd"));
        File.Delete(folder.File("chip.yaml"));
        var verified = Tool.Run("verify", file);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
        using var server = DebugServer.Of(elf, "replay", file, "--gdb", "0");
        var seen = server.Debug(
            "monitor goto end", "x/xw 0x40000008", "x/xw 0x40004004", "monitor goto start", "x/xw 0x40000008",
            "x/xw 0x40004004", "monitor goto end", "x/xw 0x40000008");
        Assert.That(seen.Text, Does.Match(
            @"(?s)0x40000008:\s+0xffffffff.*0x40004004:\s+0x00000001.*0x40000008:\s+0x00000000"
            + @".*0x40004004:\s+0x00000001.*0x40000008:\s+0xffffffff"));
    }

    private static string Write(TempFolder folder, string board)
    {
        Directory.CreateDirectory(folder.File("parts"));
        File.WriteAllText(folder.File("parts/chip.yaml"), Chip);
        File.WriteAllText(folder.File("own.yaml"), board);
        return folder.File("own.yaml");
    }
}
