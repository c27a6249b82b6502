namespace Reprise.Gdb.Targets;

/// <summary>What answers in a <see cref="MemoryArea"/>.</summary>
public enum MemoryAreaKind
{
    Ram,

    /// <summary>
    /// Memory that the guest can't write: a debugger programs it in whole blocks of
    /// <see cref="MemoryArea.FlashBlockSize"/>.
    /// </summary>
    Flash,

    /// <summary>Registers of devices: reading through them for a pattern or a checksum makes no sense.</summary>
    Device,
}
