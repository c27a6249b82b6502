using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Iced.Intel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>Debian's SeaBIOS on the board <c>pc</c>, with a disk of our own.</summary>
public sealed partial class SeaBiosTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";
    private const string VgaBios = "/usr/share/seabios/vgabios-stdvga.bin";
    private const ulong End = 6_000_000;

    // mov al,'B'; out 0xE9,al; hlt; jmp to the hlt
    private static readonly byte[] _bootSector = [0xB0, (byte)'B', 0xE6, 0xE9, 0xF4, 0xEB, 0xFD];

    // Real mode with FS of 4 GiB. The 8254 asks each 3.4 ms and the local APIC each 50,000 ticks; a handler of each counts a
    // byte of the screen up, while REP MOVSB copies the rest of it a cell on, again and again.
    private static readonly byte[] _busySector = Convert.FromHexString(
        "FA31C08ED8660F0116C77C0F20C00C010F22C0BB08008EE324FE0F22C0C7060001987CC70602010000C7067000B17CC706720000"
        + "00B800B88EC08ED8B034E643B000E640B010E64066BE0000E0FE646766C786F0000000FF010000646766C786E00300000B000000"
        + "646766C7862003000040000200646766C7868003000050C30000B042E6E9FBBEA000BFA200B9B80BF3A4FF06A000EBEF26FE0600"
        + "00665066B8B000E0FE646766C700000000006658CF26FE060200CF0000000000000000FFFF00000092CF000F00B77C0000");

    [Test]
    public void Run_DiskWithABootSector_BootsIt()
    {
        using var machine = Start(out var log, new Disk(_bootSector));
        machine.Run(60_000_000);
        Assert.That(log["debug"], Does.StartWith("SeaBIOS (version 1.16.2"));
        Assert.That(log["debug"], Does.Contain("Found QEMU fw_cfg"));
        Assert.That(log["debug"], Does.Contain("QEMU fw_cfg DMA interface supported"));
        Assert.That(log["debug"], Does.Contain("e820 map has 6 items"));
        Assert.That(log["debug"], Does.Contain("PS2 keyboard initialized"));
        Assert.That(log["debug"], Does.Contain("ata0-0: QEMU HARDDISK ATA-7 Hard-Disk (1 MiBytes)"));
        Assert.That(log["debug"], Does.EndWith("Booting from 0000:7c00\n"));
        Assert.That(log["console"], Is.EqualTo("B"));
    }

    [Test]
    public void Run_FloppyWithABootSector_BootsIt()
    {
        using var machine = Start(out var log, new Disk(_bootSector), drive: "fda");
        machine.Run(60_000_000);
        Assert.That(log["debug"], Does.Contain("Booting from Floppy..."));
        Assert.That(log["debug"], Does.EndWith("Booting from 0000:7c00\n"));
        Assert.That(log["console"], Is.EqualTo("B"));
    }

    [Test]
    public void Run_NoDisk_SaysSo()
    {
        using var machine = Start(out var log, disk: null);
        machine.Run(12_000_000);
        Assert.That(log["debug"], Does.Contain("No bootable device."));
        var screen = (ITextScreen)machine.Screens[0];
        Assert.That((screen.Width, screen.Height), Is.EqualTo((720, 400)));
        var lines = screen.Text!.Split('\n');
        Assert.That(lines, Has.Length.EqualTo(26));
        Assert.That(lines[0], Is.EqualTo("SeaBIOS (version 1.16.2-debian-1.16.2-1)"));
        Assert.That(lines, Does.Contain("No bootable device."));
    }

    /// <summary>Line for line, up to the boot prompt. Addresses behind the DSDT differ with its length.</summary>
    [Test]
    public void Run_NoDisk_LogsWhatItLogsOnQemu()
    {
        using var machine = Start(out var log, disk: null);
        machine.Run(12_000_000);
        var mine = log["debug"].Split('\n').Select(WithoutOurAddresses);
        Assert.That(mine, Is.EqualTo(QemuLog("-nodefaults").Split('\n').Select(WithoutOurAddresses)));
    }

    /// <summary>The same, where QEMU has a CD and a floppy drive without a disk; what it has besides is a parallel port.</summary>
    [Test]
    public void Run_EmptyDrives_LogsWhatItLogsOnQemu()
    {
        using var machine = Start(out var log, disk: null, choices: new BoardChoices { EmptyDrives = ["cd", "fda", "hda", "none"] });
        machine.Run(60_000_000);
        var mine = log["debug"].Split('\n').Select(WithoutOurAddresses);
        var theirs = QemuLog("-net", "none", "-parallel", "none").Split('\n').Select(WithoutOurAddresses);
        Assert.That(mine, Is.EqualTo(theirs));
        Assert.That(log["debug"], Does.Contain("DVD/CD [ata1-0: QEMU DVD-ROM ATAPI-4 DVD/CD]").And.Contain("Booting from Floppy..."));
    }

    /// <summary>Firmware that turns its shadow memory on and off, switches modes and takes interrupts.</summary>
    [Test]
    public void Run_Chopped_EqualsAStraightRun()
    {
        using var straight = Start(out _, new Disk(_bootSector));
        straight.Run(End);
        using var chopped = Start(out _, new Disk(_bootSector));
        var random = new Random(3);
        while (chopped.Position < End)
        {
            chopped.Run(Math.Min(End, chopped.Position + (ulong)random.Next(1, random.Next(2) == 0 ? 50 : 60_000)));
        }

        Assert.That(StateOf(chopped), Is.EqualTo(StateOf(straight)));
        foreach (var (one, other) in straight.Memory.Regions.Zip(chopped.Memory.Regions))
        {
            Assert.That(one.Bytes.SequenceEqual(other.Bytes), one.Name);
        }
    }

    private static Machine Start(out Log log, IDiskImage? disk, string drive = "hda", BoardChoices choices = default)
    {
        var bytes = File.ReadAllBytes(Bios);
        var board = choices.Apply(BoardCatalog.Find("pc")!);
        log = new Log();
        var options = new BoardOptions(1_000_000_000 / board.DefaultClock)
        {
            Disks = disk is null
                ? new Dictionary<string, IDiskImage>()
                : new Dictionary<string, IDiskImage> { [drive] = disk },
            Roms = new Dictionary<string, ReadOnlyMemory<byte>> { ["vga"] = File.ReadAllBytes(VgaBios) },
        };
        return MachineBuilder.Build(
            board, options, FirmwareLoader.Parse(bytes, Bios, board.RawAddress(Bios, bytes.Length)), Bios, log);
    }

    [Test]
    public void Run_ScreenAndTimersChopped_EqualsAStraightRun()
    {
        const ulong end = 8_000_000;
        using var straight = Start(out var log, new Disk(_busySector));
        straight.Run(end);
        Assert.That(log["console"], Is.EqualTo("B"));
        var counts = new byte[4];
        Assert.That(straight.Peek(0xB_8000, counts), Is.EqualTo(4));
        Assert.That((counts[0] - 'S', counts[2] - 'a'), Is.Not.EqualTo((0, 0)), "both have counted");
        using var chopped = Start(out _, new Disk(_busySector));
        chopped.Run(6_000_000);
        var random = new Random(5);
        while (chopped.Position < end)
        {
            chopped.Run(Math.Min(end, chopped.Position + (ulong)random.Next(1, random.Next(2) == 0 ? 50 : 9_000)));
        }

        Assert.That(StateOf(chopped), Is.EqualTo(StateOf(straight)));
        foreach (var (one, other) in straight.Memory.Regions.Zip(chopped.Memory.Regions))
        {
            Assert.That(one.Bytes.SequenceEqual(other.Bytes), one.Name);
        }
    }

    /// <summary>IRET, far calls and returns, and ENTER can't be left in the middle: here each of their accesses is a device's.</summary>
    [Test]
    public void Run_StackOnTheScreenChopped_EqualsAStraightRun()
    {
        const ulong end = 6_200_000;
        using var straight = Start(out _, new Disk(StackOnTheScreen()));
        straight.Run(end);
        var count = new byte[4];
        Assert.That(straight.Peek(0x600, count), Is.EqualTo(4));
        Assert.That(BitConverter.ToUInt32(count), Is.GreaterThan(1000));
        if (straight.Engine.TunedBlocks > 0)
        {
            Assert.That(straight.Engine.KeepsPages, "speed is lost without a word");
        }

        using var chopped = Start(out _, new Disk(StackOnTheScreen()));
        chopped.Run(5_800_000);
        var random = new Random(7);
        while (chopped.Position < end)
        {
            chopped.Run(Math.Min(end, chopped.Position + (ulong)random.Next(1, random.Next(2) == 0 ? 50 : 9_000)));
        }

        Assert.That(StateOf(chopped), Is.EqualTo(StateOf(straight)));
        foreach (var (one, other) in straight.Memory.Regions.Zip(chopped.Memory.Regions))
        {
            Assert.That(one.Bytes.SequenceEqual(other.Bytes), one.Name);
        }
    }

    private static byte[] StackOnTheScreen()
    {
        var code = new Assembler(16);
        var (again, routine) = (code.CreateLabel(), code.CreateLabel());
        code.xor(ax, ax);
        code.mov(ds, ax);
        code.mov(__dword_ptr[0x600], eax);
        code.mov(ax, 0xB800);
        code.mov(ss, ax);
        code.mov(sp, 0x1000);
        code.sti();
        code.Label(ref again);
        code.pushf();
        code.push(cs);
        code.call(routine);
        code.pushf();
        code.push(cs);
        code.call(routine);
        code.enter(8, 1);
        code.leave();
        code.inc(__dword_ptr[0x600]);
        code.jmp(again);
        code.Label(ref routine); // as an interrupt's handler
        code.iret();
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), 0x7C00);
        return stream.ToArray();
    }

    private static string WithoutOurAddresses(string line) => OurAddresses().Replace(line, "$1");

    [GeneratedRegex(@"^(Copying MPTABLE from 0x\w+/|table\(50434146\)=0x|ACPI: parse DSDT at 0x\w+ \(len )\w+")]
    private static partial Regex OurAddresses();

    private static string QemuLog(params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "log");
            using var qemu = Process.Start("qemu-system-i386", [
                .. options, "-M", "pc", "-m", "128", "-vga", "std", "-display", "none", "-serial", "null", "-serial", "null",
                "-global", "apic-common.vapic=off", "-debugcon", "file:" + file, "-global", "isa-debugcon.iobase=0x402"]);
            var watch = Stopwatch.StartNew();
            while (!(File.Exists(file) && File.ReadAllText(file).EndsWith("No bootable device.", StringComparison.Ordinal))
                && watch.Elapsed < TimeSpan.FromSeconds(90))
            {
                Thread.Sleep(50);
            }

            qemu.Kill();
            qemu.WaitForExit();
            return File.ReadAllText(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] StateOf(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        return writer.Written.ToArray();
    }

    private sealed class Log : IOutputSink
    {
        private readonly Dictionary<string, StringBuilder> _texts = [];

        public string this[string port] => _texts.TryGetValue(port, out var text) ? text.ToString() : "";

        public void Write(string port, byte value)
        {
            if (!_texts.TryGetValue(port, out var text))
            {
                _texts[port] = text = new StringBuilder();
            }

            text.Append((char)value);
        }
    }

    /// <summary>A disk of 1 MiB that has a boot sector.</summary>
    private sealed class Disk(byte[] code) : IDiskImage
    {
        public long Length => 1 << 20;

        public string Hash => "";

        public string Path => "";

        public void Read(long offset, Span<byte> bytes)
        {
            bytes.Clear();
            if (offset == 0)
            {
                code.CopyTo(bytes);
                (bytes[510], bytes[511]) = (0x55, 0xAA);
            }
        }
    }
}
