namespace Reprise.Emulation.Boards;

/// <summary>A file that is in memory at power-on besides the firmware: a boot loader, a file system, data.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Address">Where its bytes go, whatever they are; null for a format that says so itself.</param>
/// <param name="Content">All of it.</param>
public readonly record struct LoadedFile(string Name, ulong? Address, ReadOnlyMemory<byte> Content);
