namespace Reprise.Emulation.Execution;

/// <summary>
/// What answers the guest's accesses outside of memory. The engine calls it once for each access, in order, at its
/// exact position, also when the instruction that makes the access is stopped and run again.
/// </summary>
public interface IDeviceBus
{
    /// <summary>True when a device answers the page at an address; an access to any other page is a fault.</summary>
    bool Answers(ulong address);

    /// <summary>The byte that an access is about where a device's addresses stand for others; null elsewhere.</summary>
    ulong? TargetOf(ulong address) => null;

    /// <param name="address">Address of the access.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="position">Position of the instruction that reads.</param>
    uint Read(ulong address, int size, ulong position);

    /// <inheritdoc cref="Read"/>
    void Write(ulong address, uint value, int size, ulong position);

    /// <param name="port">The first of the I/O ports that are accessed.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="position">Position of the instruction that reads.</param>
    uint ReadPort(ushort port, int size, ulong position) => uint.MaxValue >> 32 - size * 8;

    /// <inheritdoc cref="ReadPort"/>
    void WritePort(ushort port, uint value, int size, ulong position)
    {
    }
}
