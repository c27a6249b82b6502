using System.Collections.ObjectModel;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>What a board's devices are joined to.</summary>
/// <param name="Clock">The machine's time.</param>
/// <param name="CpuClock">The clock of the processor, which a device may change.</param>
/// <param name="Memory">RAM and flash.</param>
/// <param name="Inputs">Interrupts and reset.</param>
/// <param name="Output">Where what leaves the machine goes.</param>
public sealed record DeviceSurroundings(
    VirtualClock Clock, ClockSource CpuClock, MemoryMap Memory, ICpuInputs Inputs, IOutputSink Output)
{
    /// <summary>What is in the board's drives, by their names.</summary>
    public IReadOnlyDictionary<string, IDiskImage> Disks { get; init; } = ReadOnlyDictionary<string, IDiskImage>.Empty;

    /// <summary>What is in the devices' own ROMs, by their names, and files that they hand out.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Roms { get; init; } =
        ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>Ends the run.</summary>
    public ExitLatch Exit { get; init; } = new();
}
