namespace Reprise.Emulation.Devices;

/// <summary>I/O ports of a device on a board.</summary>
/// <param name="First">The first port.</param>
/// <param name="Count">How many.</param>
/// <param name="Offset">The offset that the device gets for the first.</param>
public readonly record struct PortWindow(ushort First, uint Count, uint Offset)
{
    /// <summary>How many ports there can be.</summary>
    public const uint PortCount = 0x1_0000;

    public bool Overlaps(PortWindow other) => First < other.First + other.Count && other.First < First + Count;
}
