using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>What the board <c>pc</c> tells its firmware, against what QEMU's tells: fw_cfg's files and the clock's memory.</summary>
public sealed class FirmwareTablesTests
{
    private static readonly string[] _ours = ["DSDT", "FACP", "APIC", "HPET", "WAET", "RSDT"];

    [Test]
    public void Files_AllButTheTablesOfAcpi_AreThoseOfQemu()
    {
        using var machine = NewMachine();
        using var qemu = NewQemu();
        var (mine, theirs) = (Files(Ours(machine)), Files(Theirs(qemu)));
        var names = theirs.Keys.Where(name => name is not "etc/tpm/log").ToList();
        Assert.That(mine.Keys, Is.EquivalentTo(names));
        foreach (var name in names.Where(name => !name.StartsWith("etc/acpi", StringComparison.Ordinal) && name != "etc/table-loader"))
        {
            var expected = theirs[name];
            if (name == "etc/smbios/smbios-tables")
            {
                // The processor's identity and features.
                var processor = expected.AsSpan().IndexOf<byte>([4, 0x2A, 0, 4]);
                expected.AsSpan(processor + 8, 8).Clear();
            }

            Assert.That(mine[name], Is.EqualTo(expected), name);
        }

        Assert.That(mine["etc/acpi/tables"], Has.Length.EqualTo(theirs["etc/acpi/tables"].Length));
    }

    [TestCase("pc", true)]
    [TestCase("pc-x86_64", false)]
    [TestCase("pc-x86_64", true)]
    public void MemoryMapAndConsole_AreThoseOfQemu(string board, bool hasSerialConsole)
    {
        const ushort NoGraphics = 4;
        var chosen = new BoardChoices(null, null) { HasSerialConsole = hasSerialConsole }.Apply(BoardCatalog.Find(board)!);
        using var machine = new Machine(chosen.Build(new BoardOptions(8), new NoOutput()));
        string[] options = ["-nodefaults", "-machine", hasSerialConsole ? "graphics=off" : "graphics=on"];
        using var qemu = board == "pc" ? new QemuPorts(options) : QemuPorts.OfLongMode(options);
        Assert.That(Files(Ours(machine))["etc/e820"], Is.EqualTo(Files(Theirs(qemu))["etc/e820"]));
        Ours(machine).Select(NoGraphics);
        Theirs(qemu).Select(NoGraphics);
        Assert.That(Ours(machine).Read(), Is.EqualTo(Theirs(qemu).Read()));
    }

    [Test]
    public void AcpiTables_ButTheDefinitionBlock_SayWhatQemusSay()
    {
        using var machine = NewMachine();
        using var qemu = NewQemu();
        var (mine, theirs) = (Tables(Files(Ours(machine))["etc/acpi/tables"]), Tables(Files(Theirs(qemu))["etc/acpi/tables"]));
        Assert.That(mine.Keys, Is.EqualTo(_ours));
        Assert.That(theirs.Keys, Is.EqualTo(_ours));
        foreach (var name in (string[])["FACP", "APIC", "HPET", "WAET"])
        {
            // Behind the header with its maker. The FADT's first fields are addresses; it has no registers for hot plugging here.
            var (one, other) = (mine[name].AsSpan(36).ToArray(), theirs[name].AsSpan(36).ToArray());
            if (name == "FACP")
            {
                (one, other) = (one[8..], other[8..]);
                foreach (var register in (int[])[56, 64, 76])
                {
                    other[register + 1 - 44] |= 6; // QEMU fills this in when firmware has moved them to 600h
                }

                other.AsSpan(80 - 44, 4).Clear();
                other[92 - 44] = 0;
            }

            Assert.That(one, Is.EqualTo(other), name);
        }
    }

    /// <summary>Intel's compiler reads our bytes, and makes the same of what it read.</summary>
    [Test]
    public void DefinitionBlock_TakenApartAndPutTogetherByIasl_IsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using var machine = NewMachine();
            var table = Tables(Files(Ours(machine))["etc/acpi/tables"])["DSDT"];
            table[9] = (byte)-table.Sum(value => value);
            File.WriteAllBytes(Path.Combine(folder.FullName, "dsdt.aml"), table);
            var text = Run(folder, "-d", "dsdt.aml");
            Assert.That(File.Exists(Path.Combine(folder.FullName, "dsdt.dsl")), text);
            text = Run(folder, "-oa", "-p", "again", "dsdt.dsl");
            Assert.That(text, Does.Contain("0 Errors"));
            var again = File.ReadAllBytes(Path.Combine(folder.FullName, "again.aml"));
            Assert.That(again.AsSpan(36).ToArray(), Is.EqualTo(table.AsSpan(36).ToArray()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Cmos_AtPowerOn_IsThatOfQemu()
    {
        using var machine = NewMachine();
        using var qemu = NewQemu();
        for (var index = 0x0F; index < 0x80; index++)
        {
            Bus(machine).WritePort(0x70, (uint)index, 1, 0);
            qemu.Write(0x70, (uint)index);
            Assert.That(Bus(machine).ReadPort(0x71, 1, 0), Is.EqualTo(qemu.Read(0x71)), $"byte {index:x}");
        }
    }

    private static Dictionary<string, byte[]> Tables(byte[] file)
    {
        var tables = new Dictionary<string, byte[]>();
        var at = 64; // behind the FACS
        while (file[at] != 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            tables.Add(Encoding.ASCII.GetString(file, at, 4), file[at..(at + length)]);
            at += length;
        }

        return tables;
    }

    private static Dictionary<string, byte[]> Files((Action<ushort> Select, Func<byte> Read) port)
    {
        port.Select(0x19);
        var count = BinaryPrimitives.ReadInt32BigEndian(Read(4));
        var entries = Enumerable.Range(0, count).Select(_ => Read(64)).ToList();
        return entries.ToDictionary(
            entry => Encoding.ASCII.GetString(entry, 8, 56).TrimEnd('\0'),
            byte[] (entry) =>
            {
                port.Select(BinaryPrimitives.ReadUInt16BigEndian(entry.AsSpan(4)));
                var size = BinaryPrimitives.ReadInt32BigEndian(entry);
                return [.. Read(Math.Min(size, 0x2400)), .. new byte[Math.Max(size - 0x2400, 0)]];
            });

        byte[] Read(int length) => [.. Enumerable.Range(0, length).Select(_ => port.Read())];
    }

    private static (Action<ushort> Select, Func<byte> Read) Ours(Machine machine) => (
        item => Bus(machine).WritePort(0x510, item, 2, 0), () => (byte)Bus(machine).ReadPort(0x511, 1, 0));

    private static (Action<ushort> Select, Func<byte> Read) Theirs(QemuPorts qemu) => (
        item => qemu.Write(0x510, item, 2), () => (byte)qemu.Read(0x511));

    private static string Run(DirectoryInfo folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/iasl", arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return text;
    }

    private static QemuPorts NewQemu() => new("-nodefaults", "-vga", "std", "-global", "apic-common.vapic=off");

    private static IDeviceBus Bus(Machine machine) => machine;

    private static Machine NewMachine() => new(BoardCatalog.Find("pc")!.Build(new BoardOptions(8), new NoOutput()));

    private sealed class NoOutput : IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }
}
