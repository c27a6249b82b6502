using System.Buffers.Binary;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// A bit-band alias (Cortex-M3 TRM, "Bit-banding"): each word of its 32 MiB is one bit of the 1 MiB at
/// <paramref name="target"/>. A read answers the bit; a write reads, changes and writes what holds it, of the access's
/// own size; memory gets the byte that can differ. Where nothing is, it reads as zero.
/// </summary>
/// <param name="name">Name on its board.</param>
/// <param name="target">First address of the bits: 0x20000000 or 0x40000000.</param>
/// <param name="memory">Memory of the board.</param>
/// <param name="devices">Asked at each access, for the device that has the bits.</param>
public sealed class BitBand(
    string name, uint target, MemoryMap memory, Func<IReadOnlyList<DeviceMapping>> devices) : IDevice, IAlias
{
    /// <summary>Bytes of the alias.</summary>
    public const ulong Size = 0x200_0000;

    public string Name => name;

    public ulong TargetOf(uint offset) => target + (offset >> 5);

    public uint Read(uint offset, int size) => (ReadTarget(offset, size, peek: false) >> Bit(offset, size)) & 1;

    public uint Peek(uint offset, int size) => (ReadTarget(offset, size, peek: true) >> Bit(offset, size)) & 1;

    public void Write(uint offset, uint value, int size)
    {
        var bit = 1u << Bit(offset, size);
        var old = ReadTarget(offset, size, peek: false);
        var changed = (value & 1) != 0 ? old | bit : old & ~bit;
        var address = Address(offset, size);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, changed);
        var at = Bit(offset, size) / 8;
        if (memory.Write(address + (uint)at, bytes.Slice(at, 1)) == 0 && Find(address) is { } mapping)
        {
            mapping.Device.Write((uint)(address - mapping.Address), changed, size);
        }
    }

    public void Reset()
    {
    }

    public void Save(StateWriter writer)
    {
    }

    public void Restore(ref StateReader reader)
    {
    }

    private static int Bit(uint offset, int size) => (int)(offset >> 2) & (8 * size - 1);

    private uint Address(uint offset, int size) => target + ((offset >> 5) & ~(uint)(size - 1));

    private uint ReadTarget(uint offset, int size, bool peek)
    {
        var address = Address(offset, size);
        if (memory.BytesFrom(address) is { Length: > 0 } bytes)
        {
            Span<byte> word = stackalloc byte[sizeof(uint)];
            word.Clear();
            bytes[..Math.Min(size, bytes.Length)].CopyTo(word);
            return BinaryPrimitives.ReadUInt32LittleEndian(word);
        }

        return Find(address) switch
        {
            null => 0,
            { } mapping when peek => mapping.Device.Peek((uint)(address - mapping.Address), size),
            { } mapping => mapping.Device.Read((uint)(address - mapping.Address), size),
        };
    }

    private DeviceMapping? Find(uint address)
    {
        foreach (var mapping in devices())
        {
            if (address - mapping.Address < mapping.Size)
            {
                return mapping;
            }
        }

        return null;
    }
}
