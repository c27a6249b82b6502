namespace Reprise.Gdb.Targets;

/// <summary>What answers in a <see cref="MemoryArea"/>.</summary>
public enum MemoryAreaKind
{
    Ram,

    /// <summary>Registers of devices: reading through them for a pattern or a checksum makes no sense.</summary>
    Device,
}
