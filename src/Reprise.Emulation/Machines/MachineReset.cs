namespace Reprise.Emulation.Machines;

/// <summary>A reset that the guest brought about.</summary>
/// <param name="Position">Where it happens.</param>
/// <param name="Halted">What had halted the processor and made the board reset it; null when the guest asked for it.</param>
public readonly record struct MachineReset(ulong Position, string? Halted);
