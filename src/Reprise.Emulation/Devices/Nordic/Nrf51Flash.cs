using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using System.Buffers.Binary;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// Writes to the nRF51's flash (Reference Manual 3.0, chapter 6), where the NVMC lets them: a word at a time, and only
/// from one to zero. Reads are memory's.
/// </summary>
public sealed class Nrf51Flash(string name, ulong address, MemoryMap memory, Nrf51Nvmc controller) : IDevice
{
    public string Name => name;

    public uint Read(uint offset, int size) => Peek(offset, size);

    public uint Peek(uint offset, int size)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        var bytes = memory.BytesFrom(address + offset);
        bytes[..Math.Min(size, bytes.Length)].CopyTo(word);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }

    public void Write(uint offset, uint value, int size)
    {
        if (!controller.WritesFlash)
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
file sealed class Factory : IDeviceFactory
{
    public string Type => "nrf51-flash";

    public string Example =>
        """
        uicr: { type: nrf51-uicr, address: 0x4000_1000 }
        nvmc: { type: nrf51-nvmc, address: 0x4000_2000, flash-size: 256 KiB, uicr: uicr }
        flash: { type: nrf51-flash, address: 0, size: 256 KiB, controller: nvmc }
        """;

    public IDevice Create(DeviceSite site) =>
        new Nrf51Flash(site.Name, site.Address, site.Memory, site.Device<Nrf51Nvmc>("controller"));
}
