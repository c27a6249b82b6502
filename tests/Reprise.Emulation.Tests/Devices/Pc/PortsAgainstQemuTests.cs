using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>
/// Random accesses to a device of a PC read the same here as on QEMU, from power-on on, while no time passes. Each case
/// lists its ports and what must not be written there, because the two differ on purpose.
/// </summary>
public sealed class PortsAgainstQemuTests
{
    private const int Seeds = 12;
    private const int Steps = 400;

    private static readonly Case[] _cases =
    [
        new("pic-8259", [0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1], (port, value) => value),
        new("dma-8237", [.. Enumerable.Range(0, 16).Select(port => (ushort)port)], WithoutRequests),
        new("uart-16550", [0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF], (port, value) => value),
        new("i8042", [0x60, 0x64, 0x92], WithoutReset),
        new("rtc-mc146818", [0x70, 0x71], (port, value) => port == 0x70 ? (byte)(value % 0x0E) : (byte)(1 + (value % 7))),
    ];

    [TestCaseSource(nameof(_cases))]
    public void Read_AfterRandomAccesses_AnswersAsQemu(Case device)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var rig = DeviceRig.Create(device.Type);
            using var qemu = new QemuPorts();
            var log = new List<string>();
            for (var step = 0; step < Steps; step++)
            {
                var index = random.Next(device.Ports.Length);
                var port = device.Ports[index];
                if (random.Next(2) == 0)
                {
                    var value = device.Writable(port, (byte)random.Next(256));
                    log.Add($"out {port:x} {value:x2}");
                    rig.Device.Write((uint)index, value, 1);
                    qemu.Write(port, value);
                }
                else
                {
                    log.Add($"in {port:x}");
                    var expected = qemu.Read(port);
                    Assert.That(
                        rig.Device.Read((uint)index, 1),
                        Is.EqualTo(expected),
                        $"seed {seed}, expected {expected:x2}: {string.Join(", ", log.TakeLast(60))}");
                }
            }
        }
    }

    // Nobody asks for a channel there. QEMU's base and current count differ once a channel has run.
    private static byte WithoutRequests(ushort port, byte value) => port is 0x09 or 0xD2 ? (byte)(value & 3) : value;

    private static byte WithoutReset(ushort port, byte value) => port switch
    {
        0x64 => (byte)(value >= 0xF0 ? value | 1 : value),
        0x92 => (byte)(value & ~1),
        _ => value,
    };

    /// <param name="Type">The device's type.</param>
    /// <param name="Ports">Its ports, by offset.</param>
    /// <param name="Writable">What to write for a random value.</param>
    public sealed record Case(string Type, ushort[] Ports, Func<ushort, byte, byte> Writable)
    {
        public override string ToString() => Type;
    }
}
