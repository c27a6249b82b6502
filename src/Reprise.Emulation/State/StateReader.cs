using System.Buffers.Binary;

namespace Reprise.Emulation.State;

/// <summary>Reads what a <see cref="StateWriter"/> wrote.</summary>
/// <exception cref="InvalidDataException">The bytes end early or a value is out of its range.</exception>
public ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _offset;

    public readonly bool AtEnd => _offset == _bytes.Length;

    public bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new InvalidDataException($"state offset {_offset - 1}: {other} is not a boolean (0 or 1)"),
    };

    public byte ReadByte() => Take(1)[0];

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadUInt32();
        return length <= int.MaxValue ? Take((int)length) : throw Short(length);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _offset)
        {
            throw Short((uint)count);
        }

        var taken = _bytes.Slice(_offset, count);
        _offset += count;
        return taken;
    }

    private readonly InvalidDataException Short(uint count) =>
        new($"state offset {_offset}: {count} bytes expected, {_bytes.Length - _offset} left");
}
