using System.Buffers.Binary;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The 256 bytes of a PCI function's configuration space (PCI Local Bus 2.1, chapter 6), with the bits that software can
/// write. Behind the header all can be written, as QEMU has it.
/// </summary>
internal sealed class PciConfiguration
{
    public const int Size = 256;

    private const int Command = 0x04;
    private const int FirstBar = 0x10;
    private const int RomBar = 0x30;
    private const int Header = 0x40;

    private readonly byte[] _bytes = new byte[Size];
    private readonly byte[] _initial = new byte[Size];
    private readonly byte[] _writable = new byte[Size];

    /// <param name="identity">Device and vendor.</param>
    /// <param name="classCode">Class, subclass, interface and revision.</param>
    public PciConfiguration(uint identity, uint classCode)
    {
        Set(0x00, identity);
        Set(0x08, classCode);
        Set(0x2C, 0x1100_1AF4); // QEMU's subsystem
        Array.Fill(_writable, (byte)0xFF, Header, Size - Header);
        SetWritable(Command, 0x0507);
        SetWritable(0x0C, 0xFF); // cache line
        SetWritable(0x3C, 0xFF); // interrupt line
        Reset();
    }

    /// <summary>The function answers I/O ports.</summary>
    public bool DecodesPorts => (_bytes[Command] & 1) != 0;

    /// <summary>The function answers memory.</summary>
    public bool DecodesMemory => (_bytes[Command] & 2) != 0;

    public byte this[int offset] => _bytes[offset];

    /// <summary>Gives a word its value at power-on; before <see cref="Reset"/>.</summary>
    public PciConfiguration Set(int offset, uint value)
    {
        for (var i = 0; i < 4; i++)
        {
            _initial[offset + i] = (byte)(value >> (8 * i));
        }

        return this;
    }

    /// <summary>Makes a base address register: a power of two of ports or bytes, and the bits that say of what kind.</summary>
    public PciConfiguration SetBar(int index, uint size, uint kind)
    {
        SetWritable(FirstBar + (4 * index), ~(size - 1));
        return Set(FirstBar + (4 * index), kind);
    }

    /// <summary>Makes the base address register of a ROM: a power of two of bytes.</summary>
    public PciConfiguration SetRom(uint size)
    {
        SetWritable(RomBar, ~(size - 1) | 1);
        return this;
    }

    /// <summary>Where a range behind a base address register is in memory; null while it is not.</summary>
    public uint? MemoryAt(int index) =>
        DecodesMemory && (Bar(index) & ~0xFu) is var address and not 0 && Bar(index) != uint.MaxValue ? address : null;

    /// <summary>Where the ROM is in memory; null while it is not.</summary>
    public uint? RomAt => DecodesMemory && (Read(RomBar, 4) & 1) != 0 ? Read(RomBar, 4) & ~1u : null;

    public uint Bar(int index) => Read(FirstBar + (4 * index), 4);

    /// <summary>1, 2 or 4 bytes; ones behind the end.</summary>
    public uint Read(int offset, int size)
    {
        if (size == sizeof(uint) && offset <= Size - sizeof(uint))
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));
        }

        var value = 0u;
        for (var i = 0; i < size; i++)
        {
            value |= (offset + i < Size ? _bytes[offset + i] : 0xFFu) << (8 * i);
        }

        return value;
    }

    public void Write(int offset, uint value, int size)
    {
        for (var i = offset; i < Math.Min(offset + size, Size); i++, value >>= 8)
        {
            _bytes[i] ^= (byte)((_bytes[i] ^ value) & _writable[i]);
        }
    }

    public void Reset() => _initial.CopyTo(_bytes, 0);

    public void Save(StateWriter writer) => writer.Write(_bytes);

    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != Size)
        {
            throw new InvalidDataException($"state of a PCI function: {bytes.Length} bytes, expected {Size}");
        }

        bytes.CopyTo(_bytes);
    }

    private void SetWritable(int offset, uint mask)
    {
        for (var i = 0; i < 4; i++)
        {
            _writable[offset + i] = (byte)(mask >> (8 * i));
        }
    }
}
