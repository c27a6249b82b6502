namespace Reprise.Gdb.Descriptions;

/// <summary>One register as gdb sees it.</summary>
/// <param name="Name">gdb's name.</param>
/// <param name="Number">The number in p, P and stop replies; also its rank in g.</param>
/// <param name="BitSize">A multiple of 8, at most 512.</param>
/// <param name="Type">gdb's type; null for a plain integer.</param>
/// <param name="Group">gdb's group, such as <c>system</c>; null for its own choice.</param>
public sealed record TargetRegister(string Name, int Number, int BitSize, string? Type = null, string? Group = null)
{
    /// <summary>Bytes of the widest vector register there is; what replies set aside.</summary>
    public const int LargestSize = 64;

    /// <summary>In bytes.</summary>
    public int Size { get; } = BitSize % 8 == 0 && BitSize is > 0 and <= 8 * LargestSize
        ? BitSize / 8
        : throw new ArgumentOutOfRangeException(nameof(BitSize), BitSize, $"The size of {Name} is no register's.");
}
