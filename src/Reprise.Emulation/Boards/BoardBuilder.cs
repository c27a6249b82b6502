using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Processors;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Svd;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>
/// Builds the parts of a board file. Devices answer in this order: the processor's own, those of the file, the bit-band
/// aliases, the registers of an SVD file, then what is not implemented.
/// </summary>
internal static class BoardBuilder
{
    /// <summary>New parts in their power-on state.</summary>
    public static MachineParts Build(BoardFile board, BoardOptions options, IOutputSink output)
    {
        var memory = BuildMemory(board);
        var clock = new VirtualClock();
        var cpuClock = new ClockSource(board.Cpu.Clock);
        var reset = new Latch();
        var exit = new ExitLatch();
        List<DeviceMapping> devices = [];
        var cpu = board.Cpu.Build(new ProcessorSite(memory, clock, cpuClock, reset, () => devices));
        devices.AddRange(cpu.Before);
        devices.AddRange(
            DeviceAssembly.Build(board, new DeviceSurroundings(clock, cpuClock, memory, cpu.Inputs, output)
            {
                Exit = exit,
                Disks = options.Disks,
                Roms = options.Roms,
            }));
        devices.AddRange(cpu.Behind);
        devices.AddRange(board.Registers.Build().Select(
            entry => new DeviceMapping(entry.Address, entry.Block.Size, entry.Block)));
        devices.AddRange(board.Unimplemented.Select(
            range => new DeviceMapping(range.Address, range.Size, new ZeroDevice(range.Name))));
        devices.AddRange(cpu.Last);
        return new MachineParts
        {
            Unicorn = cpu.Unicorn,
            Memory = memory,
            Processor = cpu.Processor,
            Clock = clock,
            Devices = devices,
            NanosecondsPerInstruction = options.NanosecondsPerInstruction,
            ResetLine = reset,
            Exit = exit,
            EndsAtReset = board.Cpu.EndsAtReset,
            Semihosting = options.Semihosting && cpu.Processor is ISemihostingCaller caller
                ? new SemihostingCalls(caller, memory, clock, output, options.CommandLine)
                : null,
        };
    }

    /// <summary>Makes the devices and drops them: a board that passes can be built.</summary>
    /// <exception cref="BoardFileException">A device can't be made as the file has it.</exception>
    public static void Check(BoardFile board)
    {
        var memory = BuildMemory(board);
        var nobody = new UnusedInputs(board.Cpu.InterruptCount, board.Cpu.InputNames);
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
                IsHidden = memory.IsHidden,
            },
            memory.Aliases)).ToList();
        var map = new MemoryMap(regions.Select(entry => entry.Region), (int)board.Cpu.PageSize);
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
