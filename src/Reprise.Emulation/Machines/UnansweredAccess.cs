using Reprise.Unicorn;

namespace Reprise.Emulation.Machines;

/// <summary>An access that faults: nothing on the board answers it, or the guest has forbidden it itself.</summary>
/// <param name="Position">Position of the instruction that made it.</param>
/// <param name="ProgramCounter">Where that instruction is.</param>
/// <param name="Address">The address; of a fetch, its page's.</param>
/// <param name="Access">What was tried.</param>
/// <param name="IsDenied">Something is there, but the memory protection denies the access.</param>
public readonly record struct UnansweredAccess(
    ulong Position, ulong ProgramCounter, ulong Address, MemoryAccess Access, bool IsDenied = false);
