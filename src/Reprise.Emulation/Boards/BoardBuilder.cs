using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>
/// Builds the parts of a board file. Devices answer in this order: the processor's own, those of the file, the bit-band
/// aliases, then what is not implemented.
/// </summary>
internal static class BoardBuilder
{
    private const ulong PrivateBusAddress = 0xE000_0000;
    private const ulong PrivateBusSize = 0x10_0000;

    /// <summary>New parts in their power-on state.</summary>
    public static MachineParts Build(BoardFile board, BoardOptions options, IOutputSink output)
    {
        var memory = BuildMemory(board);
        var model = board.Cpu.Model;
        var unicorn = model.Open();
        var processor = new CortexMProcessor(model, unicorn, memory, board.Cpu.Interrupts, board.Cpu.PriorityBits);
        var clock = new VirtualClock();
        var cpuClock = new ClockSource(board.Cpu.Clock);
        var reset = new Latch();
        var inputs = new CortexMInputs(processor.Exceptions, board.Cpu.Interrupts, reset);
        List<DeviceMapping> devices =
        [
            new(
                SystemControlSpace.BaseAddress,
                SystemControlSpace.Size,
                new SystemControlSpace(processor.Exceptions, clock, cpuClock, board.Cpu.SysTickReference)),
            .. DeviceAssembly.Build(board, new DeviceSurroundings(clock, cpuClock, memory, inputs, output)),
        ];
        if (model.HasBitBand)
        {
            devices.Add(Bits("sram-bits", 0x2200_0000, 0x2000_0000));
            devices.Add(Bits("peripheral-bits", 0x4200_0000, 0x4000_0000));
        }

        devices.AddRange(board.Unimplemented.Select(
            range => new DeviceMapping(range.Address, range.Size, new ZeroDevice(range.Name))));
        devices.Add(new DeviceMapping(PrivateBusAddress, PrivateBusSize, new ZeroDevice("ppb")));
        return new MachineParts
        {
            Unicorn = unicorn,
            Memory = memory,
            Processor = processor,
            Clock = clock,
            Devices = devices,
            NanosecondsPerInstruction = options.NanosecondsPerInstruction,
            ResetLine = reset,
            Semihosting = options.Semihosting
                ? new SemihostingCalls(processor, memory, clock, output, options.CommandLine)
                : null,
        };

        DeviceMapping Bits(string name, ulong address, uint target) =>
            new(address, BitBand.Size, new BitBand(name, target, memory, () => devices));
    }

    /// <summary>Makes the devices and drops them: a board that passes can be built.</summary>
    /// <exception cref="BoardFileException">A device can't be made as the file has it.</exception>
    public static void Check(BoardFile board)
    {
        var memory = BuildMemory(board);
        var nobody = new UnusedInputs(board.Cpu.Interrupts);
        try
        {
            DeviceAssembly.Build(board, new DeviceSurroundings(
                new VirtualClock(), new ClockSource(board.Cpu.Clock), memory, nobody, nobody));
        }
        finally
        {
            foreach (var region in memory.Regions)
            {
                region.Dispose();
            }
        }
    }

    private static MemoryMap BuildMemory(BoardFile board)
    {
        var regions = board.Memory.Select(memory => (
            Region: new RamRegion(memory.Range.Name, memory.Range.Address, (int)memory.Range.Size)
            {
                IsReadOnly = memory.IsReadOnly,
            },
            memory.Aliases)).ToList();
        var map = new MemoryMap(regions.Select(entry => entry.Region), (int)DeviceDescription.PageSize);
        foreach (var (region, aliases) in regions)
        {
            foreach (var alias in aliases)
            {
                map.AddMirror(alias.Address, region);
            }
        }

        return map;
    }
}
