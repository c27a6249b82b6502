using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>What answers on a PC where nothing is: reads are all ones, writes are lost.</summary>
/// <param name="name">Name on its board.</param>
public sealed class OpenBus(string name) : IDevice
{
    public string Name { get; } = name;

    public uint Read(uint offset, int size) => Peek(offset, size);

    public void Write(uint offset, uint value, int size)
    {
    }

    public uint Peek(uint offset, int size) => uint.MaxValue >> 32 - size * 8;

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
