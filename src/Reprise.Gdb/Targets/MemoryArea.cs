namespace Reprise.Gdb.Targets;

/// <summary>A stretch of the address space that one thing answers.</summary>
/// <param name="Address">Its first address.</param>
/// <param name="Length">In bytes, at least 1; it does not pass the end of the address space.</param>
/// <param name="Kind">What answers.</param>
/// <param name="Name">Its name on the board.</param>
public sealed record MemoryArea(ulong Address, ulong Length, MemoryAreaKind Kind, string Name)
{
    /// <summary>Bytes that are erased at once. An area of <see cref="MemoryAreaKind.Flash"/> consists of whole blocks.</summary>
    public const int FlashBlockSize = 0x400;
}
