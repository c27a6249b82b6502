namespace Reprise.Emulation.Devices;

/// <summary>
/// A device at addresses that the guest moves, as those behind a PCI base address register. It is asked before devices
/// that stay where they are, behind memory.
/// </summary>
public interface IMovableMemory : IDevice
{
    /// <summary>
    /// The offset that Read, Write and Peek get for an address; null when it is not the device's. Pages of the processor
    /// are its own as a whole.
    /// </summary>
    uint? FindMemory(ulong address);
}
