namespace Reprise.Emulation.Firmware;

/// <summary>Bytes that are in memory at power-on.</summary>
/// <param name="Address">Physical address of the first byte: where it is loaded, not where the code expects it.</param>
/// <param name="Data">At least one byte.</param>
public readonly record struct FirmwareSegment(ulong Address, ReadOnlyMemory<byte> Data);
