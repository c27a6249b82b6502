using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>Why and where the engine came back.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Address">The address whose access failed (<see cref="ExitKind.MemoryFault"/>); of a fetch, its page.</param>
/// <param name="Access">The access that failed.</param>
/// <param name="Number">The instruction set's exception number (<see cref="ExitKind.GuestException"/>).</param>
/// <param name="Watch">The watched access (<see cref="ExitKind.Watchpoint"/>).</param>
public readonly record struct EngineExit(
    ExitKind Kind,
    ulong Address = 0,
    MemoryAccess Access = MemoryAccess.Read,
    uint Number = 0,
    WatchHit Watch = default);
