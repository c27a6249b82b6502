using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Cmsdk;
using Reprise.Emulation.Devices.Mps2;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>
/// Arm MPS2 as QEMU has it: memory map, interrupts and clocks. Ethernet, VGA, audio, SPI and I2C are not modelled: they
/// read as zero. Priorities have 8 bits as in QEMU; the FPGA images have 3 (DAI 0385).
/// </summary>
public abstract class Mps2Board : IBoard
{
    private const uint SystemClock = 25_000_000;
    private const uint SysTickReference = 1_000_000;
    private const uint PrescaleClock = 20_000_000;
    private const int PageSize = 1024;
    private const int ExternalInterrupts = 32;
    private const int PriorityBits = 8;
    private const int OverrunInterrupt = 12;
    private const ulong DeviceSize = 0x1000;

    // Receive interrupt of UART0 to UART4; transmit is the next one.
    private static readonly (ulong Address, int Interrupt)[] _uarts =
        [(0x4000_4000, 0), (0x4000_5000, 2), (0x4000_6000, 4), (0x4000_7000, 18), (0x4000_9000, 20)];

    private static readonly (ulong Address, ulong Size, string Name)[] _unmodelled =
    [
        (0x0080_0000, 0x80_0000, "reserved1"),
        (0x0100_0000, 0x1_0000, "blockram"),
        (0x0101_0000, 0x1EFF_0000, "reserved2"),
        (0x2080_0000, 0x80_0000, "reserved3"),
        (0x2100_0000, 0x100_0000, "psram"),
        (0x4000_0000, 0x10000, "apb"),
        (0x4001_0000, 0x10000, "ahb"),
        (0x4002_0000, 0x10000, "fpga"),
        (0x4003_0000, 0x1D_0000, "reserved4"),
        (0x4100_0000, 0x20_0000, "vga"),
        (0xE000_0000, 0x10_0000, "ppb"),
    ];

    public abstract string Name { get; }

    public abstract string Description { get; }

    /// <summary>8 ns an instruction, as QEMU's <c>-icount shift=3</c>.</summary>
    public ulong DefaultClock => 125_000_000;

    public MachineParts Build(BoardOptions options, IOutputSink output)
    {
        var memory = BuildMemory();
        var unicorn = Model.Open();
        var processor = new CortexMProcessor(Model, unicorn, memory, ExternalInterrupts, PriorityBits);
        var clock = new VirtualClock();
        var reset = new Latch();
        return new MachineParts
        {
            Unicorn = unicorn,
            Memory = memory,
            Processor = processor,
            Clock = clock,
            Devices = BuildDevices(processor, memory, clock, reset, output),
            NanosecondsPerInstruction = options.NanosecondsPerInstruction,
            ResetLine = reset,
            Semihosting = options.Semihosting
                ? new SemihostingCalls(processor, memory, clock, output, options.CommandLine)
                : null,
        };
    }

    private protected abstract CortexMModel Model { get; }

    /// <summary>Where the 16 MiB of PSRAM are.</summary>
    private protected virtual ulong PsramAddress => 0x2100_0000;

    /// <summary>Whether there is block RAM.</summary>
    private protected virtual bool HasBlockRam => true;

    /// <summary>Where the Ethernet controller is.</summary>
    private protected virtual ulong EthernetAddress => 0x4020_0000;

    /// <summary>Incomplete decoding makes the ZBT and block RAMs appear again behind themselves.</summary>
    private MemoryMap BuildMemory()
    {
        var ssram1 = new RamRegion("ssram1", 0x0000_0000, 0x40_0000);
        var ssram23 = new RamRegion("ssram23", 0x2000_0000, 0x40_0000);
        var psram = new RamRegion("psram", PsramAddress, 0x100_0000);
        var block = HasBlockRam ? new RamRegion("blockram", 0x0100_0000, 0x4000) : null;
        var memory = new MemoryMap(block is null ? [ssram1, ssram23, psram] : [ssram1, block, ssram23, psram], PageSize);
        memory.AddMirror(0x0040_0000, ssram1);
        for (var copy = 0x0100_4000u; block is not null && copy < 0x0101_0000; copy += 0x4000)
        {
            memory.AddMirror(copy, block);
        }

        memory.AddMirror(0x2040_0000, ssram23);
        return memory;
    }

    private List<DeviceMapping> BuildDevices(
        CortexMProcessor processor, MemoryMap memory, VirtualClock clock, Latch reset, IOutputSink output)
    {
        List<DeviceMapping> devices = [];
        var bits = processor.Model.HasBitBand
            ? [BitBand("sram-bits", 0x2200_0000, 0x2000_0000), BitBand("peripheral-bits", 0x4200_0000, 0x4000_0000)]
            : Array.Empty<DeviceMapping>();
        devices.AddRange(Devices(processor, clock, reset, output).Concat(bits));
        foreach (var (address, size, name) in _unmodelled)
        {
            devices.Add(new DeviceMapping(address, size, new ZeroDevice(name)));
        }

        devices.Add(new DeviceMapping(EthernetAddress, 0x1000, new ZeroDevice("ethernet")));
        return devices;

        DeviceMapping BitBand(string name, ulong address, uint target) =>
            new(address, Cpus.CortexM.BitBand.Size, new BitBand(name, target, memory, () => devices));
    }

    private static IEnumerable<DeviceMapping> Devices(
        CortexMProcessor processor, VirtualClock clock, Latch reset, IOutputSink output)
    {
        var exceptions = processor.Exceptions;
        InterruptLine Line(int number) => new(number, exceptions.SetInterruptLine);

        DeviceMapping At(ulong address, IDevice device) => new(address, DeviceSize, device);

        yield return At(
            SystemControlSpace.BaseAddress,
            new SystemControlSpace(exceptions, clock, SystemClock, SysTickReference));

        var overrun = new OrLine(OverrunInterrupt, exceptions.SetInterruptLine);
        for (var i = 0; i < _uarts.Length; i++)
        {
            var (address, interrupt) = _uarts[i];
            yield return At(
                address,
                new CmsdkUart($"uart{i}", Line(interrupt + 1), Line(interrupt), overrun.CreateWire(), output));
        }

        yield return At(0x4000_0000, new CmsdkTimer("timer0", clock, SystemClock, Line(8)));
        yield return At(0x4000_1000, new CmsdkTimer("timer1", clock, SystemClock, Line(9)));
        yield return At(0x4000_2000, new CmsdkDualTimer("dualtimer", clock, SystemClock, Line(10)));
        var nmi = new InterruptLine(0, (_, level) => exceptions.SetNmi(level));
        yield return At(0x4000_8000, new CmsdkWatchdog("watchdog", clock, SystemClock, nmi, reset.Set));
        for (var i = 0; i < 4; i++)
        {
            yield return At(0x4001_0000 + (ulong)i * DeviceSize, new CmsdkGpio($"gpio{i}", GpioLine(i, exceptions)));
        }

        yield return At(0x4002_8000, new Mps2Fpgaio("fpgaio", clock, PrescaleClock, output));
        yield return At(0x4002_F000, new Mps2Scc("scc"));
    }

    /// <summary>Only the first two ports' combined interrupts are wired, to inputs 6 and 7.</summary>
    private static InterruptLine GpioLine(int port, CortexMExceptions exceptions) =>
        port < 2 ? new(6 + port, exceptions.SetInterruptLine) : new(0, (_, _) => { });
}
