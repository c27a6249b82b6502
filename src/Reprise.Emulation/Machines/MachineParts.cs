using Reprise.Emulation.Cpus;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;
using Reprise.Unicorn;

namespace Reprise.Emulation.Machines;

/// <summary>What a board makes a machine of. The machine owns and disposes the engine and the memory regions.</summary>
public sealed class MachineParts
{
    public required UnicornEngine Unicorn { get; init; }

    public required MemoryMap Memory { get; init; }

    public required IProcessor Processor { get; init; }

    public required VirtualClock Clock { get; init; }

    /// <summary>Devices, in the order in which their state is saved; the first that covers an address answers.</summary>
    public required IReadOnlyList<DeviceMapping> Devices { get; init; }

    /// <summary>Virtual time of one instruction in ns, at least 1.</summary>
    public required ulong NanosecondsPerInstruction { get; init; }

    /// <summary>What a device of the board did to ask for a reset; null when none can.</summary>
    public Latch ResetLine { get; init; } = new();

    /// <summary>What a device of the board did to end the run.</summary>
    public ExitLatch Exit { get; init; } = new();

    /// <summary>A reset ends the run, with status 0, instead of beginning another.</summary>
    public bool EndsAtReset { get; init; }

    /// <summary>What answers semihosting calls; null when nothing does.</summary>
    public SemihostingCalls? Semihosting { get; init; }
}
