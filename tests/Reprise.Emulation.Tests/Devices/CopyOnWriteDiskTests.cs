using CsCheck;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Devices;

/// <summary>A disk with what was written over it, saved and restored with its pages.</summary>
public sealed class CopyOnWriteDiskTests
{
    private const int SectorSize = 512;
    private const int Sectors = 1000;

    private sealed class Image : IDiskImage
    {
        public long Length => Sectors * SectorSize;

        public string Hash => "";

        public string Path => "";

        public void Read(long offset, Span<byte> bytes) => bytes.Fill((byte)(offset / SectorSize));
    }

    private static readonly Gen<(ulong Sector, byte Value)[]> Writes =
        Gen.Select(Gen.ULong[0, Sectors + 5], Gen.Byte).Array[0, 400];

    /// <summary>Whatever was written in between, a restored disk reads as it did; every other sector is the image's.</summary>
    [Test]
    public void Restore_AfterMoreOrOtherWrites_ReadsAsWhenSaved([Values(1024, 4096)] int pageSize) =>
        Gen.Select(Writes, Writes, Gen.Bool).Sample(
            (first, second, isBackward) =>
            {
                var disk = new CopyOnWriteDisk(new Image(), SectorSize, pageSize);
                Write(disk, first);
                var early = new Saved(disk);
                var earlyBytes = ReadAll(disk);
                Assert.That(earlyBytes, Is.EqualTo(Expected(first)));
                Write(disk, second);
                var late = new Saved(disk);
                var lateBytes = ReadAll(disk);
                Assert.That(lateBytes, Is.EqualTo(Expected([.. first, .. second])));
                early.Restore(disk);
                Assert.That(ReadAll(disk), Is.EqualTo(earlyBytes));
                if (!isBackward)
                {
                    Write(disk, [.. second.Reverse()]); // another future
                }

                late.Restore(disk);
                Assert.That(ReadAll(disk), Is.EqualTo(lateBytes));
                var other = new CopyOnWriteDisk(new Image(), SectorSize, pageSize);
                early.Restore(other);
                Assert.That(ReadAll(other), Is.EqualTo(earlyBytes));
            },
            iter: 100);

    [Test]
    public void Contents_OfOneSectorWrittenAgainAndAgain_StayTwoPages()
    {
        var disk = new CopyOnWriteDisk(new Image(), SectorSize, 4096);
        Write(disk, [.. Enumerable.Range(0, 500).Select(i => (7ul, (byte)i))]);

        Assert.That(disk.Contents.Count, Is.EqualTo(2));
        Assert.That(disk.Contents.Written, Has.Count.EqualTo(2));
        disk.Contents.Begin();
        Write(disk, [(7ul, 1)]);
        Assert.That(disk.Contents.Written, Is.EqualTo(new[] { 1 }));
    }

    [TestCase(1u, "older versions")]
    [TestCase(0x8000_0001u, null, TestName = "Restore_OneSectorWhoseEntryIsZero_IsSectorZero")]
    [TestCase(0x8000_0002u, "sector 0 in slot 1")]
    [TestCase(0xffff_ffffu, "at most")]
    public void Restore_OfAStateThatIsNone_SaysWhatWasExpected(uint count, string? message)
    {
        var writer = new StateWriter();
        writer.Write(count);
        var disk = new CopyOnWriteDisk(new Image(), SectorSize, 4096);

        Assert.That(
            () =>
            {
                var reader = new StateReader(writer.Written);
                disk.Restore(ref reader);
            },
            message is null ? Throws.Nothing : Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));
    }

    [Test]
    public void Restore_OfASectorBehindTheDisk_IsRefused()
    {
        var disk = new CopyOnWriteDisk(new Image(), SectorSize, 4096);
        disk.Contents.Write(0, BitConverter.GetBytes((ulong)Sectors));
        var writer = new StateWriter();
        writer.Write(0x8000_0001u);

        Assert.That(
            () =>
            {
                var reader = new StateReader(writer.Written);
                disk.Restore(ref reader);
            },
            Throws.TypeOf<InvalidDataException>().With.Message.Contains($"sector {Sectors}"));
    }

    [Test]
    public void Save_OfAnUntouchedDisk_IsAsItAlwaysWas()
    {
        var writer = new StateWriter();
        new CopyOnWriteDisk(new Image(), SectorSize, 4096).Save(writer);

        Assert.That(writer.Written.ToArray(), Is.EqualTo(new byte[4]));
    }

    private static void Write(CopyOnWriteDisk disk, (ulong Sector, byte Value)[] writes)
    {
        var bytes = new byte[SectorSize];
        foreach (var (sector, value) in writes)
        {
            Array.Fill(bytes, value);
            disk.Write(sector, bytes);
        }
    }

    private static byte[] Expected((ulong Sector, byte Value)[] writes)
    {
        var bytes = new byte[Sectors * SectorSize];
        for (var sector = 0; sector < Sectors; sector++)
        {
            Array.Fill(bytes, (byte)sector, sector * SectorSize, SectorSize);
        }

        foreach (var (sector, value) in writes.Where(write => write.Sector < Sectors))
        {
            Array.Fill(bytes, value, (int)sector * SectorSize, SectorSize);
        }

        return bytes;
    }

    private static byte[] ReadAll(CopyOnWriteDisk disk)
    {
        var bytes = new byte[Sectors * SectorSize];
        for (var sector = 0; sector < Sectors; sector++)
        {
            disk.Read((ulong)sector, bytes.AsSpan(sector * SectorSize, SectorSize));
        }

        return bytes;
    }

    /// <summary>As a snapshot has it.</summary>
    private sealed class Saved
    {
        private readonly byte[][] _pages;
        private readonly byte[] _state;

        public Saved(CopyOnWriteDisk disk)
        {
            _pages = [.. Enumerable.Range(0, disk.Contents.Count).Select(page => disk.Contents.Page(page).ToArray())];
            var writer = new StateWriter();
            disk.Save(writer);
            _state = writer.Written.ToArray();
        }

        public void Restore(CopyOnWriteDisk disk)
        {
            for (var page = 0; page < Math.Max(_pages.Length, disk.Contents.Count); page++)
            {
                disk.Contents.Put(page, page < _pages.Length ? _pages[page] : []);
            }

            var reader = new StateReader(_state);
            disk.Restore(ref reader);
        }
    }
}
