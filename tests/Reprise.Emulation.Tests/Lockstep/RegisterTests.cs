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
    private const string Board = "lm3s6965evb";

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
    public void Registers_RandomAccesses_AnswerAsQemu(string device, params int[] offsets)
    {
        var random = new Random(5);
        using var qemu = new QemuRegisters(Board);
        var mapping = Build(device);
        CompareAll(qemu, mapping, 0, 0xFFC);
        for (var i = 0; i < 400; i++)
        {
            var offset = (uint)offsets[random.Next(offsets.Length)];
            var value = random.Next(2) == 0 ? _values[random.Next(_values.Length)] : (uint)random.NextInt64(1L << 32);
            if (device == "ssi0" && offset == 0 && (value & 0xF) < 3)
            {
                continue; // words of less than four bits are reserved
            }

            value = device == "timer0" && offset == 0x18 ? value & 7 : value; // QEMU masks off the interrupts of B
            qemu.Write((uint)mapping.Address + offset, value);
            mapping.Device.Write(offset, value, 4);
            CompareAll(qemu, mapping, (uint)offsets.Min() & ~0x3Fu, Math.Min((uint)offsets.Max() + 4, 0x600));
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

    private DeviceMapping Build(string name)
    {
        var mappings = BoardCatalog.Find(Board)!.BuildDevices(new DeviceSurroundings(
            new VirtualClock(), new ClockSource(12_500_000), new MemoryMap([], pageSize: 1024), this, this));
        foreach (var mapping in mappings)
        {
            mapping.Device.Reset();
        }

        return mappings.First(mapping => mapping.Device.Name == name);
    }
}
