using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>Why and where the engine came back.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Page">First address of the page whose access failed (<see cref="ExitKind.MemoryFault"/>).</param>
/// <param name="Access">The access that failed.</param>
/// <param name="Number">The instruction set's exception number (<see cref="ExitKind.GuestException"/>).</param>
public readonly record struct EngineExit(
    ExitKind Kind, ulong Page = 0, MemoryAccess Access = MemoryAccess.Read, uint Number = 0);
