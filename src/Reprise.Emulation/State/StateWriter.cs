using System.Buffers;
using System.Buffers.Binary;

namespace Reprise.Emulation.State;

/// <summary>Little-endian sequence of a component's fields, in a fixed order; read back by <see cref="StateReader"/>.</summary>
public sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Write(bool value) => Write((byte)(value ? 1 : 0));

    public void Write(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Length first (4 bytes), then the bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Write((uint)bytes.Length);
        _buffer.Write(bytes);
    }
}
