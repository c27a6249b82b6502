namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A CD drive at the IDE controller of the board <c>pc</c>, beside QEMU's with the same disc.</summary>
/// <param name="blocks">On the disc; 0 for none.</param>
public abstract class CdBesideQemu(int blocks)
    : DriveBesideQemu("cd", "if=ide,index=2,media=cdrom,readonly=on", blocks * BlockSize)
{
    private const int BlockSize = 2048;

    private static readonly byte[][] _packets =
    [
        [0x00],
        [0x03, 0, 0, 0, 18],
        [0x12, 0, 0, 0, 36],
        [0x12, 0, 0, 0, 8],
        [0x1B, 0, 0, 0, 1],
        [0x1E],
        [0x25],
        [0x28, 0, 0, 0, 0, 7, 0, 0, 1],
        [0x28, 0, 0, 0, 0, 0, 0, 0, 3],
        [0x28, 0, 0, 0, 0, 0, 0, 0, 40],
        [0x28, 0, 0, 0, 1, 0x2C, 0, 0, 1], // not on the disc
        [0xA8, 0, 0, 0, 0, 9, 0, 0, 0, 2],
        [0x2B, 0, 0, 0, 0, 5],
        [0x2B, 0, 0, 0, 9, 5],
        [0x43, 0, 0, 0, 0, 0, 0, 0, 40],
        [0x43, 2, 0, 0, 0, 0, 0, 0, 40],
        [0x43, 0, 0, 0, 0, 0, 0xAA, 0, 40],
        [0x43, 0, 0, 0, 0, 0, 0, 0, 12, 0x40],
        [0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8],
        [0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8],
        [0x51, 0, 0, 0, 0, 0, 0, 0, 34],
        [0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8],
        [0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0x10],
        [0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0],
        [0xC5],
    ];

    [TestCase(0xEC)]
    [TestCase(0x08)]
    [TestCase(0x20)]
    [TestCase(0x90)]
    [TestCase(0xFF)]
    public void Command_OfADisk_AnswersAsQemu(int command)
    {
        Out(0x177, (uint)command);
        WaitForQemu();
        CompareRegisters();
    }

    [Test]
    public void Identify_Answers_AsQemu()
    {
        Out(0x177, 0xA1);
        WaitForQemu();
        var (ours, theirs) = (new uint[256], new uint[256]);
        for (var i = 0; i < ours.Length; i++)
        {
            (ours[i], theirs[i]) = (Ports.Read(0x170, 2), Qemu.Read(0x170, 2));
        }

        Assert.That(
            ours.Index().Where(word => word.Item != theirs[word.Index]).Select(word => $"{word.Index}: {theirs[word.Index]:x}"),
            Is.Empty);
        CompareRegisters();
    }

    [Test]
    public void Packet_AfterAnother_AnswersAsQemu(
        [Values(0xFFFEu, 0x800u, 0x200u, 0x7A1u)] uint limit)
    {
        foreach (var packet in _packets)
        {
            Give(packet, limit, dma: false);
            var name = $"{string.Join(' ', packet.Select(value => value.ToString("x2")))}, {limit:x} at once";
            for (var left = 1_000_000; (Qemu.Read(0x177) & 8) != 0 && left > 0; left -= 2)
            {
                CompareRegisters(name);
                var length = Qemu.Read(0x174) | Qemu.Read(0x175) << 8;
                for (var i = 0u; i < (length + 1) / 2; i++)
                {
                    Assert.That(Ports.Read(0x170, 2), Is.EqualTo(Qemu.Read(0x170, 2)), $"{name}, word {i}");
                    if (i % 1024 == 1023)
                    {
                        WaitForQemu();
                    }
                }

                WaitForQemu();
            }

            CompareRegisters(name);
        }
    }

    [Test]
    public void Read_ByDma_FillsMemoryAsQemu()
    {
        const uint Table = 0x1000;
        const ushort Master = 0xC008;
        Out(0xCF8, 0x8000_0920, 4);
        Out(0xCFC, 0xC000, 4);
        Out(0xCF8, 0x8000_0904, 4);
        Out(0xCFC, 5, 2);
        foreach (var (address, value) in new (uint, uint)[]
        {
            (Table, 0x2000), (Table + 4, 0x900), (Table + 8, 0x4000), (Table + 12, 0x8000_0F00),
        })
        {
            Qemu.WriteMemory(address, value);
            Parts.Memory.Write(address, BitConverter.GetBytes(value));
        }

        Out(Master + 4, Table, 4);
        Out(Master, 8);
        Give([0x28, 0, 0, 0, 0, 33, 0, 0, 3], 0, dma: true);
        Out(Master, 9);
        for (var i = 0; i < 10_000 && (Qemu.Read(Master + 2) & 1) != 0; i++)
        {
        }

        WaitForQemu();
        Assert.That(Ports.Read(Master + 2, 1), Is.EqualTo(Qemu.Read(Master + 2)));
        CompareRegisters();
        foreach (var address in new uint[] { 0x2000, 0x28FC, 0x2900, 0x4000, 0x4EFC, 0x4F00 })
        {
            Assert.That(
                BitConverter.ToUInt32(Parts.Memory.BytesFrom(address)), Is.EqualTo(Qemu.ReadMemory(address)), $"0x{address:x}");
        }
    }

    private void Give(byte[] packet, uint limit, bool dma)
    {
        Out(0x171, dma ? 1u : 0);
        Out(0x174, limit & 0xFF);
        Out(0x175, limit >> 8);
        Out(0x177, 0xA0);
        WaitForQemu();
        CompareRegisters();
        var bytes = new byte[12];
        packet.CopyTo(bytes, 0);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            Out(0x170, BitConverter.ToUInt16(bytes, i), 2);
        }

        if (!dma)
        {
            WaitForQemu();
        }
    }

    private void WaitForQemu() => WaitForQemu(0x376);

    private void CompareRegisters(string what = "") => ComparePorts(Enumerable.Range(0x171, 7), what);
}
