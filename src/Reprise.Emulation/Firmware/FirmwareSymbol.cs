namespace Reprise.Emulation.Firmware;

/// <summary>A name that the linker gave an address.</summary>
/// <param name="Name">As in the file, not demangled.</param>
/// <param name="Address">Without the Thumb bit.</param>
/// <param name="Size">In bytes; 0 when the file does not say, as for labels in assembler.</param>
/// <param name="IsFunction">False for data and for bare labels.</param>
public readonly record struct FirmwareSymbol(string Name, ulong Address, ulong Size, bool IsFunction);
