using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards.Processors;

/// <summary>What a processor is joined to on its board.</summary>
/// <param name="Memory">RAM and flash.</param>
/// <param name="Clock">The machine's time.</param>
/// <param name="CpuClock">Its clock, which a device may change.</param>
/// <param name="Reset">Takes requests for a reset.</param>
/// <param name="AllDevices">All devices of the board, once it is whole.</param>
internal sealed record ProcessorSite(
    MemoryMap Memory,
    VirtualClock Clock,
    ClockSource CpuClock,
    Latch Reset,
    Func<IReadOnlyList<DeviceMapping>> AllDevices);
