using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A disk at the IDE controller of the board <c>pc</c>, beside QEMU's with the same image.</summary>
public sealed class IdeDiskTests : IOutputSink
{
    private const int SectorSize = 512;
    private const int Sectors = 4096;

    private string _path = null!;
    private QemuPorts _qemu = null!;
    private DiskImageFile _image = null!;
    private MachineParts _parts = null!;
    private PortSpace _ports = null!;

    [SetUp]
    public void Start()
    {
        _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var content = new byte[Sectors * SectorSize];
        new Random(5).NextBytes(content);
        File.WriteAllBytes(_path, content);
        _qemu = new QemuPorts("-drive", $"file={_path},format=raw,if=ide,index=0,snapshot=on");
        _image = new DiskImageFile(_path);
        _parts = BoardCatalog.Find("pc")!.Build(
            new BoardOptions(8) { Disks = new Dictionary<string, IDiskImage> { ["hda"] = _image } }, this);
        _ports = new PortSpace(_parts.Devices);
    }

    [TearDown]
    public void Stop()
    {
        _qemu.Dispose();
        _image.Dispose();
        File.Delete(_path);
        foreach (var region in _parts.Memory.Regions)
        {
            region.Dispose();
        }

        _parts.Unicorn.Dispose();
    }

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

            _qemu.Write(0x1F0, i * 3, 2);
            _ports.Write(0x1F0, i * 3, 2);
        }

        WaitForQemu();
        CompareRegisters();
        Command(0x20, sector: 16, count: 4);
        var (ours, theirs) = ReadBoth(1024);
        Assert.That(ours, Is.EqualTo(theirs));
        Assert.That(new DiskImageFile(_path).Hash, Is.EqualTo(_image.Hash));
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
            _qemu.WriteMemory(address, value);
            _parts.Memory.Write(address, BitConverter.GetBytes(value));
        }

        Out(Master + 4, Table, 4);
        Out(Master, 8, 1);
        Command(0xC8, sector: 33, count: 2);
        Out(Master, 9, 1);
        for (var i = 0; i < 1000 && (_qemu.Read(Master + 2) & 1) != 0; i++)
        {
        }

        WaitForQemu();
        Assert.That(_ports.Read(Master + 2, 1), Is.EqualTo(_qemu.Read(Master + 2)));
        CompareRegisters();
        foreach (var address in new uint[] { 0x2000, 0x22FC, 0x2300, 0x3000, 0x30FC, 0x3100 })
        {
            Assert.That(
                BitConverter.ToUInt32(_parts.Memory.BytesFrom(address)), Is.EqualTo(_qemu.ReadMemory(address)), $"0x{address:x}");
        }
    }

    void IOutputSink.Write(string port, byte value)
    {
    }

    private void Out(int port, uint value, int size)
    {
        _qemu.Write((ushort)port, value, size);
        _ports.Write((ushort)port, value, size);
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

    // Its disk takes real time.
    private void WaitForQemu()
    {
        for (var i = 0; i < 10_000 && (_qemu.Read(0x3F6) & 0x80) != 0; i++)
        {
        }
    }

    private (uint[] Ours, uint[] Theirs) ReadBoth(int words)
    {
        var (ours, theirs) = (new uint[words], new uint[words]);
        for (var i = 0; i < words; i++)
        {
            if (i > 0 && i % 256 == 0)
            {
                WaitForQemu();
            }

            (ours[i], theirs[i]) = (_ports.Read(0x1F0, 2), _qemu.Read(0x1F0, 2));
        }

        WaitForQemu();
        return (ours, theirs);
    }

    private void CompareRegisters()
    {
        for (ushort port = 0x1F1; port < 0x1F8; port++)
        {
            Assert.That(_ports.Read(port, 1), Is.EqualTo(_qemu.Read(port)), $"port {port:x}");
        }
    }
}
