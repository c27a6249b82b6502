using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>
/// Takes the writes to flash that is read-only memory: they clear bits while its controller programs (nRF51 Reference Manual
/// 3.0, chapter 6; ST RM0090, chapter 3), and are lost else. Reads are memory's.
/// </summary>
public sealed class FlashMemory(string name, ulong address, MemoryMap memory, IFlashController controller)
    : IDevice
{
    public string Name => name;

    public uint Read(uint offset, int size) => Peek(offset, size);

    public uint Peek(uint offset, int size)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        word.Clear();
        var bytes = memory.BytesFrom(address + offset);
        bytes[..Math.Min(size, bytes.Length)].CopyTo(word);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }

    public void Write(uint offset, uint value, int size)
    {
        if (!controller.IsProgramming)
        {
            return;
        }

        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value & Peek(offset, size));
        memory.Write(address + offset, word[..size]);
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
}

/// <summary>Makes it for board files.</summary>
internal sealed class FlashMemoryFactory : IDeviceFactory
{
    public string Type => "flash-memory";

    public string Example =>
        """
        interface: { type: stm32-flash, address: 0x4000_0000, flash-address: 0, flash-size: 256 KiB }
        flash: { type: flash-memory, address: 0, size: 256 KiB, controller: interface }
        """;

    public IDevice Create(DeviceSite site) => new FlashMemory(
        site.Name, site.Address, site.Memory, site.Device<IFlashController>("controller"));
}
