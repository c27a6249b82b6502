using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Electronic signature of the STM32F1, F2 and F4 (RM0041 chapter 26, RM0033 chapter 33, RM0090 chapter 39): size of
/// the flash in KiB, and 96 bits that are every device's own. The rest of its page is erased memory.
/// </summary>
public sealed class Stm32Signature : IDevice
{
    private const int PageSize = 1024;

    private readonly byte[] _page = new byte[PageSize + sizeof(uint)];

    /// <param name="name">Name on the board.</param>
    /// <param name="sizeOffset">Offset of the flash size in the page.</param>
    /// <param name="flashSize">Bytes of flash.</param>
    /// <param name="idOffset">Offset of the 12 bytes of the identifier.</param>
    public Stm32Signature(string name, int sizeOffset, uint flashSize, int idOffset)
    {
        Name = name;
        Array.Fill(_page, byte.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(_page.AsSpan(sizeOffset), (ushort)(flashSize / 1024));

        // Place on the wafer, then lot: any will do.
        "\x12\0\x34\0Reprise0"u8.CopyTo(_page.AsSpan(idOffset));
    }

    public string Name { get; }

    public uint Read(uint offset, int size) => Peek(offset, size);

    public uint Peek(uint offset, int size)
    {
        var word = offset < PageSize ? BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan((int)offset)) : 0;
        return size == sizeof(uint) ? word : word & ((1u << (8 * size)) - 1);
    }

    public void Write(uint offset, uint value, int size)
    {
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
internal sealed class Stm32SignatureFactory : IDeviceFactory
{
    public string Type => "stm32-signature";

    public uint Size => 0x400;

    public string Example =>
        "signature: { type: stm32-signature, address: 0x4000_0000, size-at: 0x222, flash-size: 1 MiB, id-at: 0x210 }";

    public IDevice Create(DeviceSite site) => new Stm32Signature(
        site.Name,
        (int)site.Options.Number("size-at", 0, 0x3FE),
        site.Options.Size("flash-size"),
        (int)site.Options.Number("id-at", 0, 0x3F4));
}
