using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A device of byte ports, as on the ISA bus. Its ranges of ports are one row of offsets, in the order of the board file.
/// A wide access is one of each of its bytes; what it reads are the ports as they were before it.
/// </summary>
public abstract class PortDevice(string name) : IDevice
{
    /// <summary>What a port reads as that nothing answers.</summary>
    protected const byte Open = 0xFF;

    public string Name { get; } = name;

    public uint Peek(uint offset, int size)
    {
        var value = 0u;
        for (var i = 0; i < size; i++)
        {
            value |= (uint)PeekPort(offset + (uint)i) << (8 * i);
        }

        return value;
    }

    public uint Read(uint offset, int size)
    {
        var value = Peek(offset, size);
        for (var i = 0; i < size; i++)
        {
            AfterRead(offset + (uint)i);
        }

        return value;
    }

    public void Write(uint offset, uint value, int size)
    {
        for (var i = 0; i < size; i++)
        {
            WritePort(offset + (uint)i, (byte)(value >> (8 * i)));
        }
    }

    public abstract void Reset();

    public abstract void Save(StateWriter writer);

    public abstract void Restore(ref StateReader reader);

    /// <summary>A port's value, without side effects; <see cref="Open"/> where there is none.</summary>
    protected abstract byte PeekPort(uint offset);

    /// <summary>What a read of a port does beside answering; most do nothing.</summary>
    protected virtual void AfterRead(uint offset)
    {
    }

    /// <summary>A write of a port; ignored where there is none.</summary>
    protected abstract void WritePort(uint offset, byte value);
}
