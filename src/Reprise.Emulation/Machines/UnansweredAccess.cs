using Reprise.Unicorn;

namespace Reprise.Emulation.Machines;

/// <summary>An access to an address that nothing on the board answers.</summary>
/// <param name="Position">Position of the instruction that made it.</param>
/// <param name="ProgramCounter">Where that instruction is.</param>
/// <param name="Address">The address; of a fetch, its page's.</param>
/// <param name="Access">What was tried.</param>
public readonly record struct UnansweredAccess(
    ulong Position, ulong ProgramCounter, ulong Address, MemoryAccess Access);
