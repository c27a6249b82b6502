using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>A range that reads as zero and ignores writes: a device of the board that is not modelled.</summary>
public sealed class ZeroDevice(string name) : IDevice
{
    public string Name { get; } = name;

    public uint Read(uint offset, int size) => 0;

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => 0;

    public void Reset()
    {
    }

    public void Save(StateWriter writer)
    {
    }

    public void Restore(ref StateReader reader)
    {
    }
}
