using System.Buffers.Binary;

namespace Reprise.Emulation.Firmware.Elf;

/// <summary>A little-endian ELF file's bytes, every access checked against the file's end.</summary>
internal sealed class ElfBytes(ReadOnlyMemory<byte> bytes, string file, bool is64)
{
    public bool Is64 => is64;

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> All => bytes;

    /// <summary>The part of the file at an offset, or an error that names what should be there.</summary>
    public ReadOnlyMemory<byte> Slice(ulong offset, ulong length, string what, long from)
    {
        if (offset > (ulong)bytes.Length || length > (ulong)bytes.Length - offset)
        {
            throw Error(from, $"{what} inside the file, not {length} bytes at 0x{offset:x}");
        }

        return bytes.Slice((int)offset, (int)length);
    }

    public ushort Half(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);

    public uint Word(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);

    /// <summary>An address, offset or size: 4 bytes in ELF32, 8 in ELF64, each at a place of its own.</summary>
    public ulong Native(ReadOnlySpan<byte> at, int offset32, int offset64) =>
        is64 ? BinaryPrimitives.ReadUInt64LittleEndian(at[offset64..]) : Word(at, offset32);

    public FirmwareException Error(long offset, string expected) => new(file, offset, expected);
}
