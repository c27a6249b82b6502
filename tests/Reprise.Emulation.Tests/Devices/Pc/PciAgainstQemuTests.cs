using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>
/// The configuration spaces of a PC's chips and the registers behind them: what they hold at power-on, and what is left of
/// random writes, is the same as on QEMU.
/// </summary>
public sealed class PciAgainstQemuTests : IOutputSink
{
    private const ushort Address = 0xCF8;
    private const ushort Data = 0xCFC;
    private const int BusMaster = 0xC000;
    private const int Steps = 600;

    /// <summary>DEVACTB of the PIIX4 says that SMM is set up (docs/qemu-differences.md).</summary>
    private static readonly (int Slot, int Function, int Register) _smmSetUp = (1, 3, 0x58);

    private QemuPorts _qemu = null!;
    private MachineParts _parts = null!;
    private PortSpace _ports = null!;

    public void Write(string port, byte value)
    {
    }

    [SetUp]
    public void Start()
    {
        _qemu = new QemuPorts("-vga", "std");
        _parts = BoardCatalog.Find("pc")!.Build(new BoardOptions(8), this);
        _ports = new PortSpace(_parts.Devices);
    }

    [TearDown]
    public void Stop()
    {
        _qemu.Dispose();
        foreach (var region in _parts.Memory.Regions)
        {
            region.Dispose();
        }

        _parts.Unicorn.Dispose();
    }

    [TestCase(0, 0)]
    [TestCase(1, 0)]
    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(2, 0)]
    [TestCase(3, 0)]
    public void Configuration_AtPowerOn_IsQemus(int slot, int function)
    {
        List<string> differences = [];
        for (var register = 0; register < 256; register += 4)
        {
            Select(slot, function, register);
            if ((slot, function, register) != _smmSetUp)
            {
                Compare(Data, 4, $"{register:x2}", differences);
            }
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences));
    }

    [TestCase(0, 0)]
    [TestCase(1, 0)]
    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(2, 0)]
    public void Configuration_AfterRandomWrites_IsQemus(int slot, int function)
    {
        var random = new Random(slot * 8 + function);
        List<string> differences = [];
        for (var step = 0; step < Steps; step++)
        {
            var register = random.Next(256);
            Select(slot, function, register & ~3);
            var size = 1 << random.Next(3);
            var port = Data + (register & 3 & -size);
            var value = (uint)random.NextInt64(uint.MaxValue);
            Out(port, value, size);
            Compare(port, size, $"{register & ~3:x2}+{port - Data} behind {value:x}", differences);
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences.Take(40)));
    }

    [Test]
    public void BusMaster_AfterRandomWrites_IsQemus()
    {
        Select(1, 1, 0x20);
        Out(Data, BusMaster, 4);
        Select(1, 1, 4);
        Out(Data, 5, 4);
        var random = new Random(1);
        List<string> differences = [];
        for (var step = 0; step < Steps; step++)
        {
            var offset = random.Next(16);
            var size = (offset & 4) != 0 ? 1 << random.Next(3) : 1; // commands and status are of bytes on QEMU
            var port = BusMaster + (offset & -size);
            if (random.Next(2) == 0)
            {
                Out(port, (uint)random.NextInt64(uint.MaxValue), size);
            }

            Compare(port, size, $"{step}", differences);
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences.Take(40)));
    }

    private void Select(int slot, int function, int register) =>
        Out(Address, 0x8000_0000 | (uint)(slot << 11 | function << 8 | register), 4);

    private void Out(int port, uint value, int size)
    {
        value &= uint.MaxValue >> (32 - 8 * size);
        _qemu.Write((ushort)port, value, size);
        _ports.Write((ushort)port, value, size);
    }

    private void Compare(int port, int size, string what, List<string> differences)
    {
        var (expected, value) = (_qemu.Read((ushort)port, size), _ports.Read((ushort)port, size));
        if (expected != value)
        {
            differences.Add($"{what}: port {port:x} ({size}) is {value:x}, not {expected:x}");
        }
    }
}
