namespace Reprise.Emulation.Devices.Svd;

/// <summary>A register that an SVD file describes.</summary>
/// <param name="Name">With those of its peripheral and clusters: <c>RCC.CR</c>.</param>
/// <param name="Address">Of its first byte; all of it lies below 4 GiB.</param>
/// <param name="Size">Bytes: 1, 2, 4 or 8.</param>
/// <param name="ResetValue">What it is at reset.</param>
/// <param name="CanRead">It can be read.</param>
/// <param name="CanWrite">It can be written.</param>
public sealed record SvdRegister(
    string Name, ulong Address, int Size, ulong ResetValue, bool CanRead, bool CanWrite)
{
    /// <summary>The first address behind it.</summary>
    public ulong End => Address + (ulong)Size;
}
