using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>
/// Random accesses to the VGA of the board <c>pc</c> read as on QEMU: registers, the memory behind them, and the registers
/// of the VBE interface. What is not compared: the status register, which follows the time here.
/// </summary>
public sealed class VgaAgainstQemuTests
{
    private const int Seeds = 6;
    private const int Steps = 800;
    private const uint Window = 0xA_0000;

    private static readonly ushort[] _ports =
    [
        0x3C0, 0x3C1, 0x3C2, 0x3C4, 0x3C5, 0x3C7, 0x3C8, 0x3C9, 0x3CA, 0x3CC, 0x3CE, 0x3CF, 0x3D4, 0x3D5, 0x3B4, 0x3B5,
        0x3C4, 0x3C5, 0x3CE, 0x3CF,
    ];

    [Test]
    public void Read_AfterRandomAccessesToRegistersAndMemory_AnswersAsQemu()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            using var machine = NewMachine();
            using var qemu = new QemuPorts();
            var log = new List<string>();
            Both(machine, qemu, log, 0x3C2, 0x63, 1);
            for (var step = 0; step < Steps; step++)
            {
                var port = _ports[random.Next(_ports.Length)];
                var address = Window + (4 * (uint)random.Next(random.Next(2) == 0 ? 0x40 : 0x8000));
                switch (random.Next(6))
                {
                    case 0 or 1:
                        Both(machine, qemu, log, port, (byte)random.Next(256), 1);
                        break;
                    case 2:
                        Compare(qemu.Read(port), Bus(machine).ReadPort(port, 1, 0), $"in {port:x}", seed, log);
                        break;
                    case 3 or 4:
                        var value = random.Next(4) == 0 ? 0x0102_0408u : (uint)random.NextInt64(1L << 32);
                        log.Add($"write {address:x} {value:x8}");
                        WriteMemory(machine, address, value);
                        qemu.WriteMemory(address, value);
                        break;
                    default:
                        Compare(qemu.ReadMemory(address), ReadMemory(machine, address), $"read {address:x}", seed, log);
                        break;
                }
            }
        }
    }

    [Test]
    public void Read_AfterRandomWritesToVbeRegisters_AnswersAsQemu()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            using var machine = NewMachine();
            using var qemu = new QemuPorts();
            var log = new List<string>();
            for (var step = 0; step < Steps; step++)
            {
                var index = (uint)random.Next(12);
                Both(machine, qemu, log, 0x1CE, index, 2);
                if (random.Next(2) == 0)
                {
                    Compare(qemu.Read(0x1CF, 2), Bus(machine).ReadPort(0x1CF, 2, 0), $"in vbe {index}", seed, log);
                    continue;
                }

                var value = index switch
                {
                    0 => 0xB0C0u + (uint)random.Next(8),
                    3 => (uint)random.Next(5) * 8,
                    4 => (uint)random.Next(4) | ((uint)random.Next(4) << 5) | 0x80,
                    _ => (uint)random.Next(random.Next(2) == 0 ? 0x400 : 0x1_0000),
                };
                Both(machine, qemu, log, 0x1CF, value, 2);
            }
        }
    }

    private static void Compare(uint expected, uint actual, string what, int seed, List<string> log)
    {
        log.Add($"{what} = {expected:x}");
        Assert.That(actual, Is.EqualTo(expected), $"seed {seed}: {string.Join(", ", log.TakeLast(80))}");
    }

    private static void Both(Machine machine, QemuPorts qemu, List<string> log, ushort port, uint value, int size)
    {
        log.Add($"out {port:x} {value:x}");
        Bus(machine).WritePort(port, value, size, 0);
        qemu.Write(port, value, size);
    }

    // Where memory answers without the device, the bus is not asked.
    private static uint ReadMemory(Machine machine, uint address)
    {
        var bytes = machine.Memory.BytesFrom(address);
        return bytes.IsEmpty ? Bus(machine).Read(address, 4, 0) : BitConverter.ToUInt32(bytes);
    }

    private static void WriteMemory(Machine machine, uint address, uint value)
    {
        if (machine.Memory.BytesFrom(address).IsEmpty)
        {
            Bus(machine).Write(address, value, 4, 0);
        }
        else
        {
            machine.Memory.Write(address, BitConverter.GetBytes(value));
        }
    }

    private static IDeviceBus Bus(Machine machine) => machine;

    private static Machine NewMachine() => new(BoardCatalog.Find("pc")!.Build(new BoardOptions(8), new NoOutput()));

    private sealed class NoOutput : IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }
}
