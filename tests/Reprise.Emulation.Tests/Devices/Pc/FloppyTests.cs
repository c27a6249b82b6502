using Reprise.Emulation.Disks;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A floppy at the controller of the board <c>pc</c>, beside QEMU's with the same image.</summary>
public sealed class FloppyTests() : DriveBesideQemu("fda", "if=floppy,index=0,snapshot=on", 80 * 2 * 18 * SectorSize)
{
    private const int SectorSize = 512;
    private const uint Buffer = 0x2_3000;
    private const int Fifo = 0x3F5;

    [SetUp]
    public void ResetTheController()
    {
        Out(0x3F2, 0);
        Out(0x3F2, 0x1C);
        for (var i = 0; i < 4; i++)
        {
            Compare(2, 0x08);
        }

        Compare(0, 0x03, 0xAF, 0x02);
    }

    [Test]
    public void Commands_WithoutData_AnswerAsQemu()
    {
        CompareRegisters();
        Compare(0, 0x07, 0);
        Compare(2, 0x08);
        Compare(1, 0x08);
        Compare(0, 0x0F, 4, 17);
        CompareRegisters();
        Compare(2, 0x08);
        Compare(1, 0x04, 4);
        Compare(1, 0x10);
        Compare(1, 0x94);
        Compare(1, 0x14);
        Compare(0, 0x13, 0, 0x57, 0);
        Compare(10, 0x0E);
        Compare(1, 0x18);
        Compare(1, 0x1F);
        CompareRegisters();
    }

    [TestCase(0xE6, 0, 0, 1, 18, 1)]
    [TestCase(0xE6, 5, 1, 7, 18, 3)]
    [TestCase(0xE6, 5, 0, 17, 18, 5)] // goes on with the other head
    [TestCase(0xE6, 5, 1, 17, 18, 5)] // and the next track
    [TestCase(0x66, 5, 0, 17, 18, 5)] // one track only
    [TestCase(0x66, 2, 0, 3, 4, 9)]
    [TestCase(0xE6, 79, 1, 18, 18, 1)]
    public void Read_Dma_FillsMemoryAsQemu(int command, int track, int head, int sector, int last, int count)
    {
        ReadSectors(command, track, head, sector, last, count);
        CompareMemory(count);
    }

    [TestCase(0xE6, 0, 0, 19)]
    [TestCase(0xE6, 90, 0, 1)]
    public void Read_WhatIsNotThere_FailsAsQemu(int command, int track, int head, int sector) =>
        ReadSectors(command, track, head, sector, 18, 1);

    [Test]
    public void Write_ThenRead_AnswersAsQemuAndLeavesTheImageAlone()
    {
        for (var i = 0u; i < 2 * SectorSize; i += 4)
        {
            Qemu.WriteMemory(Buffer + i, i * 77);
            Parts.Memory.Write(Buffer + i, BitConverter.GetBytes(i * 77));
        }

        PrepareDma(0x4A, 2 * SectorSize);
        Compare(7, 0xC5, 0, 3, 0, 18, 2, 18, 0x1B, 0xFF);
        ReadSectors(0xE6, 3, 0, 17, 18, 4);
        CompareMemory(4);
        Assert.That(new DiskImageFile(ImagePath).Hash, Is.EqualTo(Image.Hash));
    }

    private void ReadSectors(int command, int track, int head, int sector, int last, int count)
    {
        PrepareDma(0x46, count * SectorSize);
        Compare(
            7,
            (byte)command, (byte)(head << 2), (byte)track, (byte)head, (byte)sector, 2, (byte)last, 0x1B, 0xFF);
        CompareRegisters();
        ComparePorts([0x04, 0x04, 0x05, 0x05, 0x08], "DMA");
    }

    private void PrepareDma(byte mode, int length)
    {
        Out(0x0A, 6);
        Out(0x0C, 0);
        Out(0x0B, mode);
        Out(0x04, Buffer & 0xFF);
        Out(0x04, Buffer >> 8 & 0xFF);
        Out(0x81, Buffer >> 16);
        Out(0x05, (uint)(length - 1) & 0xFF);
        Out(0x05, (uint)(length - 1) >> 8);
        Out(0x0A, 2);
    }

    // Gives a command and compares what comes of it.
    private void Compare(int results, params ReadOnlySpan<byte> command)
    {
        foreach (var value in command)
        {
            Out(Fifo, value);
        }

        for (var i = 0; i < 100_000 && results > 0 && (Qemu.Read(0x3F4) & 0xC0) != 0xC0; i++)
        {
        }

        var (ours, theirs) = (new uint[results], new uint[results]);
        for (var i = 0; i < results; i++)
        {
            Assert.That(Ports.Read(0x3F4, 1), Is.EqualTo(Qemu.Read(0x3F4)), "main status");
            (ours[i], theirs[i]) = (Ports.Read(Fifo, 1), Qemu.Read(Fifo));
        }

        Assert.That(ours, Is.EqualTo(theirs), $"command {command[0]:x}");
        for (var i = 0; i < 8 && (Qemu.Read(0x3F4) & 0x40) != 0; i++)
        {
            _ = Qemu.Read(Fifo);
            _ = Ports.Read(Fifo, 1);
        }
    }

    private void CompareRegisters() => ComparePorts([0x3F1, 0x3F2, 0x3F3, 0x3F4, 0x3F7]);

    private void CompareMemory(int sectors)
    {
        for (var at = Buffer; at < Buffer + (sectors * SectorSize) + 16; at += 124)
        {
            Assert.That(
                BitConverter.ToUInt32(Parts.Memory.BytesFrom(at)), Is.EqualTo(Qemu.ReadMemory(at)), $"0x{at:x}");
        }
    }
}
