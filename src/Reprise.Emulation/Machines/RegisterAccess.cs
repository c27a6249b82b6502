using Reprise.Emulation.Devices.Svd;

namespace Reprise.Emulation.Machines;

/// <summary>An access to a block that no device models, and an SVD file describes.</summary>
/// <param name="Position">Position of the instruction that made it.</param>
/// <param name="ProgramCounter">Where that instruction is.</param>
/// <param name="Register">The register; null between registers.</param>
/// <param name="Address">Of the access.</param>
/// <param name="Size">Bytes of the access.</param>
/// <param name="Value">Written, or answered.</param>
/// <param name="IsWrite">It wrote.</param>
public readonly record struct RegisterAccess(
    ulong Position, ulong ProgramCounter, SvdRegister? Register, ulong Address, int Size, uint Value, bool IsWrite);
