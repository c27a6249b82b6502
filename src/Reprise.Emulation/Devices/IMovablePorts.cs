namespace Reprise.Emulation.Devices;

/// <summary>
/// A device with I/O ports that the guest moves, as those behind a PCI base address register. It is asked when no range
/// of the board file has the port.
/// </summary>
public interface IMovablePorts : IDevice
{
    /// <summary>The offset that Read, Write and Peek get for a port; null when it is not the device's.</summary>
    uint? FindPort(ushort port);
}
