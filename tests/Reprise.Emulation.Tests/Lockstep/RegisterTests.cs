using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// The devices of a board and QEMU's get the same writes, and must answer the same to every read.
/// docs/qemu-differences.md says what is left out.
/// </summary>
public sealed class RegisterTests : ICpuInputs, IOutputSink
{
    private static readonly uint[] _values = [0, 1, 2, 3, 0x10, 0x55, 0xFF, 0x101, 0xA5A5, 0xFFFF, 0xA5A5_5A5A, uint.MaxValue];

    int ICpuInputs.InterruptCount => 64;

    [TestCase("sysctl", 0x30, 0x34, 0x40, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x70, 0x100, 0x104, 0x118, 0x120, 0x150, 0x160)]
    [TestCase("gpiob", 0x3FC, 0x154, 0x2A8, 0x400, 0x404, 0x408, 0x40C, 0x410, 0x41C, 0x420, 0x500, 0x510, 0x514, 0x51C, 0x524)]
    [TestCase("uart1", 0x00, 0x04, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x44, 0x48)]
    [TestCase("ssi0", 0x00, 0x04, 0x08, 0x08, 0x08, 0x10, 0x14, 0x20, 0x24)]
    [TestCase("i2c0", 0x00, 0x04, 0x08, 0x0C, 0x1C, 0x20)]
    [TestCase("timer0", 0x00, 0x04, 0x08, 0x18, 0x24, 0x28, 0x2C, 0x30, 0x38, 0x3C, 0x40)]
    [TestCase("watchdog", 0x00, 0x08, 0x0C, 0xC00)]
    [TestCase("adc", 0x00, 0x08, 0x0C, 0x10, 0x14, 0x18, 0x20, 0x30, 0x40, 0x44, 0x60, 0xA4)]
    [TestCase("ethernet", 0x00, 0x04, 0x08, 0x0C, 0x10, 0x10, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x38)]
    public void Registers_OfLm3s6965evb_AnswerAsQemu(string device, params int[] offsets) =>
        AnswerAsQemu("lm3s6965evb", device, 0xFFC, offsets);

    [TestCase("spi0", 0xFFC, 0x00, 0x04, 0x08, 0x08, 0x08, 0x10, 0x14)]
    [TestCase("i2c0", 0xFFC, 0x00, 0x04)]
    [TestCase("ethernet", 0x0, 0x54, 0x58, 0x5C, 0x68, 0x6C, 0x70, 0x74, 0x80, 0x84, 0x88, 0x8C, 0x98, 0xA8, 0xAC, 0xB0, 0xB4)]
    public void Registers_OfMps2_AnswerAsQemu(string device, int last, params int[] offsets) =>
        AnswerAsQemu("mps2-an385", device, (uint)last, offsets);

    /// <summary>What is behind MAC_CSR_CMD: the MAC, and the PHY behind that; what waits, and frames that come back.</summary>
    [Test]
    public void Lan9118_MacPhyAndFrames_AreAsOnQemu()
    {
        var random = new Random(7);
        using var qemu = new QemuRegisters("mps2-an385");
        var mapping = Build("mps2-an385", "ethernet");
        uint[] macs = [1, 2, 3, 4, 5, 6, 7, 8];
        uint[] phys = [0, 1, 2, 3, 4, 5, 6, 29, 30];
        for (var i = 0; i < 300; i++)
        {
            var value = random.Next(2) == 0 ? _values[random.Next(_values.Length)] : (uint)random.NextInt64(1L << 32);
            var mac = macs[random.Next(macs.Length)];
            value = mac == 6 ? (phys[random.Next(phys.Length)] << 6) | (value & 2) : value;
            if (mac == 6 && (value & 2) != 0 && ((value >> 6) & 0x1F) is 1 or 2 or 3 or 5 or 6 or 29)
            {
                continue; // QEMU complains of a write
            }

            Both(0xA8, value);
            Both(0xA4, 0x8000_0000 | mac);
            Both(0xA4, 0xC000_0000 | macs[random.Next(macs.Length)]);
            CompareAll(qemu, mapping, 0x54, 0x58);
            CompareAll(qemu, mapping, 0xA4, 0xA8);
        }

        for (var i = 0; i < 60; i++)
        {
            Both(0x74, 1);
            Both(0x6C, (uint)random.Next(3) << 30 | (uint)random.Next(8) << 10);
            SetMac(6, 0x4000); // the PHY's loopback
            SetMac(1, random.Next(2) == 0 ? 0x0004_0004u : (uint)random.NextInt64(1L << 32) & 0x800A_A800 | 4);
            SetMac(4, (uint)random.NextInt64(1L << 32));
            SetMac(5, (uint)random.NextInt64(1L << 32));
            var frame = new byte[random.Next(14, 300)];
            random.NextBytes(frame);
            Action<byte[]> target = random.Next(4) switch
            {
                0 => bytes => bytes.AsSpan(0, 6).Fill(0xFF),
                1 => bytes => new byte[] { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 }.CopyTo(bytes, 0),
                2 => bytes => bytes[0] |= 1,
                _ => bytes => bytes[0] &= 0xFE,
            };
            target(frame);
            SendFrame(frame, offset: random.Next(4), alignment: random.Next(2));
            CompareAll(qemu, mapping, 0x48, 0x4C);
            var waiting = mapping.Device.Read(0x7C, 4);
            Assert.That(qemu.Read((uint)mapping.Address + 0x7C), Is.EqualTo(waiting));
            CompareAll(qemu, mapping, 0x40, 0x40);

            // QEMU's check sequence is another one; it is in the last two words, but for padding.
            for (var word = 0; word < (frame.Length / 4) && waiting > 0; word++)
            {
                CompareAll(qemu, mapping, 0x00, 0x00);
            }
        }

        void Both(uint offset, uint value)
        {
            qemu.Write((uint)mapping.Address + offset, value);
            mapping.Device.Write(offset, value, 4);
        }

        void SetMac(uint register, uint value)
        {
            if (register == 6)
            {
                Both(0xA8, value);
                Both(0xA4, 0x8000_0007);
                value = 2; // a write of the PHY's control
            }

            Both(0xA8, value);
            Both(0xA4, 0x8000_0000 | register);
        }

        void SendFrame(byte[] frame, int offset, int alignment)
        {
            Both(0x20, 0x8000_3000 | ((uint)alignment << 24) | ((uint)offset << 16) | (uint)frame.Length);
            Both(0x20, 0x1234_0000 | (uint)frame.Length);
            var words = (frame.Length + offset + 3) / 4;
            for (var i = 0; i < (alignment == 1 ? (words + 3) & ~3 : words); i++)
            {
                var value = 0u;
                for (var lane = 0; lane < 4; lane++)
                {
                    var place = (4 * i) + lane - offset;
                    value |= place >= 0 && place < frame.Length ? (uint)frame[place] << (8 * lane) : 0;
                }

                Both(0x20, value);
            }
        }
    }

    private void AnswerAsQemu(string board, string device, uint end, int[] offsets)
    {
        var random = new Random(5);
        using var qemu = new QemuRegisters(board);
        var mapping = Build(board, device);
        if (end > 0)
        {
            CompareAll(qemu, mapping, 0, end);
        }

        for (var i = 0; i < 400; i++)
        {
            var offset = (uint)offsets[random.Next(offsets.Length)];
            var value = random.Next(2) == 0 ? _values[random.Next(_values.Length)] : (uint)random.NextInt64(1L << 32);
            if (device is "ssi0" or "spi0" && offset == 0 && (value & 0xF) < 3)
            {
                continue; // words of less than four bits are reserved
            }

            value = device == "timer0" && offset == 0x18 ? value & 7 : value; // QEMU masks off the interrupts of B
            qemu.Write((uint)mapping.Address + offset, value);
            mapping.Device.Write(offset, value, 4);
            if (end > 0)
            {
                CompareAll(qemu, mapping, (uint)offsets.Min() & ~0x3Fu, Math.Min((uint)offsets.Max() + 4, 0x600));
                continue;
            }

            // Some registers stop QEMU when they are read, or count.
            foreach (var register in offsets)
            {
                CompareAll(qemu, mapping, (uint)register, (uint)register);
            }
        }
    }

    void ICpuInputs.SetInterrupt(int number, bool level)
    {
    }

    void ICpuInputs.SetNmi(bool level)
    {
    }

    void ICpuInputs.RequestReset()
    {
    }

    void IOutputSink.Write(string port, byte value)
    {
    }

    private static void CompareAll(QemuRegisters qemu, DeviceMapping mapping, uint first, uint last)
    {
        for (var offset = first; offset <= last; offset += 4)
        {
            var ours = mapping.Device.Read(offset, 4);
            var theirs = qemu.Read((uint)mapping.Address + offset);
            Assert.That(ours, Is.EqualTo(theirs), $"{mapping.Device.Name}+0x{offset:x}");
        }
    }

    private DeviceMapping Build(string board, string name)
    {
        var mappings = BoardCatalog.Find(board)!.BuildDevices(new DeviceSurroundings(
            new VirtualClock(), new ClockSource(12_500_000), new MemoryMap([], pageSize: 1024), this, this));
        foreach (var mapping in mappings)
        {
            mapping.Device.Reset();
        }

        return mappings.First(mapping => mapping.Device.Name == name);
    }
}
