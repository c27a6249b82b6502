using System.Globalization;
using Iced.Intel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>
/// A guest that fills a disk: ROM code of a PC that writes sector after sector, each with words of its own, and after each
/// reads one that it wrote before, the half of its number, into a checksum.
/// </summary>
public sealed class DiskHistoryTests
{
    private const ulong IntervalLength = 50_000;
    private const ulong Length = 1_500_000;
    private const int SectorSize = 512;
    private const int Sectors = 4096;
    private const uint RomAddress = 0xffff_0000;

    private string _folder = null!;
    private byte[] _rom = null!;
    private DiskImageFile _image = null!;

    [OneTimeSetUp]
    public void MakeFiles()
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        var path = Path.Combine(_folder, "disk.img");
        File.WriteAllBytes(path, new byte[Sectors * SectorSize]);
        _image = new DiskImageFile(path);
        _rom = MakeRom();
    }

    [OneTimeTearDown]
    public void Clean()
    {
        _image.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Snapshots_OfAGuestThatWritesADisk_GrowByWhatWasWrittenSinceTheLast()
    {
        using var live = Record(sink: null);
        var snapshots = live.Snapshots.Snapshots;
        var written = WrittenBytes(live.Machine);
        Assert.That(snapshots, Has.Count.GreaterThan(20));
        Assert.That(written, Is.GreaterThan(300 * SectorSize));
        Assert.That(snapshots.Max(snapshot => snapshot.State.Length), Is.LessThan(snapshots[0].State.Length + 64));
        var pageSize = live.Machine.Memory.PageSize;
        for (var i = 1; i < snapshots.Count; i++)
        {
            // In 50,000 instructions the guest writes 33 sectors at most: their pages, one begun before, and a directory's.
            var pages = snapshots[i].Pages.DifferencesFrom(snapshots[i - 1].Pages)
                .Count(page => page >= live.Machine.Memory.PageCount);
            Assert.That(pages, Is.InRange(1, (33 * SectorSize / pageSize) + 3), $"snapshot {i}");
        }

        // Pages that are begun in one interval and filled in the next are there twice; no sector is in every snapshot anew.
        var states = snapshots.Sum(snapshot => snapshot.State.Length);
        using var first = NewTimeline(new History());
        Assert.That(live.Snapshots.UniqueBytes - states - first.Snapshots.UniqueBytes, Is.InRange(written, 3 * written));
    }

    [Test]
    public void Seek_BackAndForth_HasTheSectorsOfThatPosition()
    {
        var hashes = new Dictionary<ulong, (ulong, ulong)>();
        using var live = Record(sink: null);
        using var plain = NewTimeline(live.History);
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var position = (ulong)random.NextInt64((long)Length);
            live.Seek(position);
            Assert.That(ChecksumOf(live.Machine), Is.EqualTo(ExpectedChecksum(SectorsDone(live.Machine))), $"at {position}");
            hashes[position] = live.StateHash();
        }

        foreach (var (position, hash) in hashes.OrderBy(entry => entry.Key))
        {
            plain.Seek(position); // only forward, without going back to any snapshot
            Assert.That(plain.StateHash(), Is.EqualTo(hash), $"at {position}");
        }
    }

    [Test]
    public void Recording_OfAGuestThatWritesADisk_OpensAndReplays()
    {
        var path = Path.Combine(_folder, "disk.reprise");
        (ulong, ulong) end;
        using (var writer = new RecordingWriter(path, Header()))
        {
            using var live = Record(writer);
            end = live.StateHash();
            writer.Finish();
        }

        using var file = new RecordingFile(path);
        using var timeline = file.CreateTimeline(new TextOutput(), 1 << 28);
        timeline.Seek(timeline.End);
        Assert.That(timeline.StateHash(), Is.EqualTo(end));
        timeline.Seek(timeline.End / 2);
        Assert.That(ChecksumOf(timeline.Machine), Is.EqualTo(ExpectedChecksum(SectorsDone(timeline.Machine))));
        using var bare = file.CreateBareTimeline(new TextOutput(), 1 << 24);
        foreach (var interval in file.History.Intervals)
        {
            bare.Replay(interval.Last, HitMode.Ignore);
            Assert.That(bare.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)), $"{interval.Last}");
        }

        Assert.That(file.ReadSnapshots(bare).Count(), Is.GreaterThan(20));
    }

    private static int WrittenBytes(Machine machine) => (int)SectorsDone(machine) * SectorSize;

    private static uint SectorsDone(Machine machine) => Register(machine, "ebx");

    private static uint ChecksumOf(Machine machine) => Register(machine, "esi");

    private static uint Register(Machine machine, string name)
    {
        var registers = machine.Processor.Registers;
        var value = new byte[8];
        machine.Processor.ReadRegister(registers.ToList().FindIndex(register => register.Name == name), value);
        return BitConverter.ToUInt32(value);
    }

    /// <summary>Of all sectors that were read completely; esi is set behind each.</summary>
    private static uint ExpectedChecksum(uint sectors)
    {
        var sum = 0u;
        for (var sector = 0u; sector < sectors; sector++)
        {
            for (var word = 256u; word > 0; word--)
            {
                sum = uint.RotateLeft(sum + (ushort)((sector / 2 * 7) ^ word), 1);
            }
        }

        return sum;
    }

    private static byte[] MakeRom()
    {
        const int Begin = 0x8000;
        var code = new Assembler(16);
        var (next, write, read, rest) = (code.CreateLabel(), code.CreateLabel(), code.CreateLabel(), code.CreateLabel());
        code.xor(ebx, ebx);
        code.xor(esi, esi);
        code.Label(ref next);
        code.mov(ebp, ebx);
        Command(code, 0x30);
        code.mov(cx, 256);
        code.Label(ref write);
        code.imul(ax, bp, 7);
        code.xor(ax, cx);
        code.@out(dx, ax);
        code.loop(write);
        code.mov(ebp, ebx);
        code.shr(ebp, 1);
        Command(code, 0x20);
        code.mov(cx, 256);
        code.mov(edi, esi);
        code.Label(ref read);
        code.@in(ax, dx);
        code.movzx(eax, ax);
        code.add(edi, eax);
        code.rol(edi, 1);
        code.loop(read);
        code.mov(esi, edi);
        code.inc(ebx);
        code.cmp(ebx, Sectors);
        code.jne(next);
        code.Label(ref rest);
        code.jmp(rest);
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), Begin);
        var rom = new byte[0x1_0000];
        stream.ToArray().CopyTo(rom, Begin);
        rom[0xfff0] = 0xe9; // jmp Begin
        BitConverter.TryWriteBytes(rom.AsSpan(0xfff1), (short)(Begin - 0xfff3));
        return rom;
    }

    /// <summary>Begins a command of one sector, whose number is in ebp.</summary>
    private static void Command(Assembler code, byte command)
    {
        code.mov(dx, 0x1f2);
        code.mov(al, 1);
        code.@out(dx, al);
        code.inc(dx);
        code.mov(eax, ebp);
        code.@out(dx, al);
        code.inc(dx);
        code.shr(eax, 8);
        code.@out(dx, al);
        code.inc(dx);
        code.shr(eax, 8);
        code.@out(dx, al);
        code.inc(dx);
        code.mov(al, 0xe0);
        code.@out(dx, al);
        code.inc(dx);
        code.mov(al, command);
        code.@out(dx, al);
        code.mov(dx, 0x1f0);
    }

    private Timeline Record(IRecordingSink? sink)
    {
        var timeline = NewTimeline(new History());
        var recorder = new Recorder(timeline, new RecorderOptions(IntervalLength), new ScriptedInput(""), sink, null);
        recorder.Record(Length, HitMode.Stop, () => false);
        recorder.CloseInterval();
        return timeline;
    }

    private Timeline NewTimeline(History history)
    {
        var gate = new GatedOutput(new TextOutput());
        var firmware = FirmwareLoader.Parse(_rom, "rom", RomAddress);
        var machine = MachineBuilder.Build(BoardCatalog.Find("pc")!, Options(), firmware, "rom", gate);
        return new Timeline(machine, history, gate, 1 << 28);
    }

    private BoardOptions Options() =>
        new(TravelFixture.NanosecondsPerInstruction) { Disks = new Dictionary<string, IDiskImage> { ["hda"] = _image } };

    private RecordingHeader Header()
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        RecordedOptions.Add(options, Options());
        options[RecordingFile.LoadAddressOption] = RomAddress.ToString(CultureInfo.InvariantCulture);
        return new RecordingHeader("rom", _rom, "pc", options, "test", "test", TravelFixture.NanosecondsPerInstruction, []);
    }
}
