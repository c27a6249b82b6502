using Reprise.Emulation.Disks;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A disk at the IDE controller of the board <c>pc</c>, beside QEMU's with the same image.</summary>
public sealed class IdeDiskTests() : DriveBesideQemu("hda", "if=ide,index=0,snapshot=on", Sectors * SectorSize)
{
    private const int SectorSize = 512;
    private const int Sectors = 4096;

    [Test]
    public void Identify_Answers_AsQemu()
    {
        Command(0xEC, sector: 0, count: 0);
        var (ours, theirs) = ReadBoth(256);
        (theirs[69], theirs[169]) = (0, 0); // TRIM
        Assert.That(ours, Is.EqualTo(theirs));
        CompareRegisters();
    }

    [TestCase(0x20u, 0u, 1)]
    [TestCase(0x20u, 4000u, 7)]
    [TestCase(0x20u, 4095u, 1)]
    public void ReadSectors_Answers_AsQemu(uint command, uint sector, int count)
    {
        Command(command, sector, count);
        for (var i = 0; i < count; i++)
        {
            CompareRegisters();
            var (ours, theirs) = ReadBoth(256);
            Assert.That(ours, Is.EqualTo(theirs), $"sector {i}");
        }

        CompareRegisters();
    }

    [Test]
    public void WriteSectors_ThenRead_AnswersAsQemuAndLeavesTheImageAlone()
    {
        Command(0x30, sector: 17, count: 2);
        CompareRegisters();
        for (var i = 0u; i < 512; i++)
        {
            if (i == 256)
            {
                WaitForQemu();
                CompareRegisters();
            }

            Qemu.Write(0x1F0, i * 3, 2);
            Ports.Write(0x1F0, i * 3, 2);
        }

        WaitForQemu();
        CompareRegisters();
        Command(0x20, sector: 16, count: 4);
        var (ours, theirs) = ReadBoth(1024);
        Assert.That(ours, Is.EqualTo(theirs));
        Assert.That(new DiskImageFile(ImagePath).Hash, Is.EqualTo(Image.Hash));
    }

    [Test]
    public void Command_ThatIsNotThere_IsAbortedAsOnQemu()
    {
        Command(0xFF, sector: 5, count: 1);
        CompareRegisters();
    }

    [Test]
    public void ReadDma_IntoTwoRegions_FillsThemAsQemu()
    {
        const uint Table = 0x1000;
        const ushort Master = 0xC000;
        Out(0xCF8, 0x8000_0920, 4);
        Out(0xCFC, Master, 4);
        Out(0xCF8, 0x8000_0904, 4);
        Out(0xCFC, 5, 2);
        foreach (var (address, value) in new (uint, uint)[]
        {
            (Table, 0x2000), (Table + 4, 0x300), (Table + 8, 0x3000), (Table + 12, 0x8000_0100),
        })
        {
            Qemu.WriteMemory(address, value);
            Parts.Memory.Write(address, BitConverter.GetBytes(value));
        }

        Out(Master + 4, Table, 4);
        Out(Master, 8, 1);
        Command(0xC8, sector: 33, count: 2);
        Out(Master, 9, 1);
        for (var i = 0; i < 1000 && (Qemu.Read(Master + 2) & 1) != 0; i++)
        {
        }

        WaitForQemu();
        Assert.That(Ports.Read(Master + 2, 1), Is.EqualTo(Qemu.Read(Master + 2)));
        CompareRegisters();
        foreach (var address in new uint[] { 0x2000, 0x22FC, 0x2300, 0x3000, 0x30FC, 0x3100 })
        {
            Assert.That(
                BitConverter.ToUInt32(Parts.Memory.BytesFrom(address)), Is.EqualTo(Qemu.ReadMemory(address)), $"0x{address:x}");
        }
    }

    private void Command(uint command, uint sector, int count)
    {
        Out(0x1F6, 0xE0 | (sector >> 24), 1);
        Out(0x1F2, (uint)count, 1);
        Out(0x1F3, sector & 0xFF, 1);
        Out(0x1F4, sector >> 8 & 0xFF, 1);
        Out(0x1F5, sector >> 16 & 0xFF, 1);
        Out(0x1F7, command, 1);
        WaitForQemu();
    }

    private void WaitForQemu() => WaitForQemu(0x3F6);

    private (uint[] Ours, uint[] Theirs) ReadBoth(int words)
    {
        var (ours, theirs) = (new uint[words], new uint[words]);
        for (var i = 0; i < words; i++)
        {
            if (i > 0 && i % 256 == 0)
            {
                WaitForQemu();
            }

            (ours[i], theirs[i]) = (Ports.Read(0x1F0, 2), Qemu.Read(0x1F0, 2));
        }

        WaitForQemu();
        return (ours, theirs);
    }

    private void CompareRegisters() => ComparePorts(Enumerable.Range(0x1F1, 7));
}
