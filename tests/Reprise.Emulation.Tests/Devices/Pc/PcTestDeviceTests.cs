namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>The device that kvm-unit-tests make interrupts with; the tests that hold for every device reach its memory only.</summary>
public sealed class PcTestDeviceTests
{
    private const uint Memory = 0xFF00_0000;
    private const ushort Ports = 0xE0;
    private const uint PortOffsets = 0x2_0000;
    private const uint LineOffsets = PortOffsets + 8;

    private static readonly int[] _sizes = [1, 2, 4];

    [Test]
    public void Read_AfterRandomAccesses_AnswersAsQemu()
    {
        var random = new Random(1);
        var rig = DeviceRig.Create("pc-testdev");
        using var qemu = QemuPorts.OfLongMode("-device", "pc-testdev");
        for (var step = 0; step < 2_000; step++)
        {
            var size = _sizes[random.Next(3)];
            var offset = (uint)random.Next(8) & ~(uint)(size - 1);
            var value = (uint)random.NextInt64(1L << 32) >> (32 - (8 * size));
            var word = 4 * (uint)random.Next(0x4000);
            switch (random.Next(4))
            {
                case 0 when offset < 4: // what lies behind takes QEMU's memory away and gives it back
                    rig.Device.Write(PortOffsets + offset, value, size);
                    qemu.Write((ushort)(Ports + offset), value, size);
                    break;
                case 1:
                    Assert.That(
                        rig.Device.Read(PortOffsets + offset, size), Is.EqualTo(qemu.Read((ushort)(Ports + offset), size)), $"{offset}");
                    break;
                case 2:
                    rig.Device.Write(word, value, 4);
                    qemu.WriteMemory(Memory + word, value);
                    break;
                default:
                    Assert.That(rig.Device.Read(word, 4), Is.EqualTo(qemu.ReadMemory(Memory + word)), $"0x{word:x}");
                    break;
            }
        }
    }

    [Test]
    public void Write_OfALine_IsItsLevel()
    {
        var rig = DeviceRig.Create("pc-testdev");
        rig.Device.Write(LineOffsets + 4, 0x0000_0100, 4); // line 5 goes up, 4, 6 and 7 stay down
        rig.Device.Write(LineOffsets + 5, 2, 1);
        rig.Device.Write(LineOffsets + 20, 1, 1);
        Assert.That(rig.Log, Is.EqualTo(new[] { "nmi=True" }));

        var copy = DeviceRig.Create("pc-testdev");
        copy.Restore(rig.Save());
        copy.Device.Write(LineOffsets + 5, 1, 1);
        Assert.That(copy.Log, Is.Empty);
        copy.Device.Write(LineOffsets + 5, 0, 1);
        Assert.That(copy.Log, Is.EqualTo(new[] { "nmi=False" }));
    }
}
