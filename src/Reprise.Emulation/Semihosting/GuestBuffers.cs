using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Semihosting;

/// <summary>
/// Memory that a guest's pointers name. They are hostile: nothing is read or written unless all of it is memory, and no
/// length is believed before that.
/// </summary>
internal readonly struct GuestBuffers(MemoryMap memory)
{
    /// <summary>True when every byte of the range is memory.</summary>
    public bool Contains(uint address, uint length)
    {
        for (ulong checkedBytes = 0; checkedBytes < length;)
        {
            var bytes = memory.BytesFrom(address + checkedBytes);
            if (bytes.IsEmpty)
            {
                return false;
            }

            checkedBytes += (ulong)bytes.Length;
        }

        return true;
    }

    public bool TryRead(uint address, Span<byte> target)
    {
        if (!Contains(address, (uint)target.Length))
        {
            return false;
        }

        for (var read = 0; read < target.Length;)
        {
            var bytes = memory.BytesFrom(address + (ulong)read);
            var count = Math.Min(bytes.Length, target.Length - read);
            bytes[..count].CopyTo(target[read..]);
            read += count;
        }

        return true;
    }

    /// <summary>Reads the words of a parameter block.</summary>
    public bool TryRead(uint address, Span<uint> words)
    {
        Span<byte> bytes = stackalloc byte[words.Length * sizeof(uint)];
        if (!TryRead(address, bytes))
        {
            return false;
        }

        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        return true;
    }

    public bool TryReadText(uint address, uint length, uint maximum, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (length > maximum)
        {
            return false;
        }

        var bytes = new byte[length];
        text = TryRead(address, bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }

    /// <summary>Length of the string that ends with a zero byte; false when none comes within the limit.</summary>
    public bool TryMeasure(uint address, uint maximum, out uint length)
    {
        length = 0;
        while (length < maximum)
        {
            var bytes = memory.BytesFrom(address + (ulong)length);
            if (bytes.IsEmpty)
            {
                return false;
            }

            var end = bytes.IndexOf((byte)0);
            length += (uint)(end < 0 ? bytes.Length : end);
            if (end >= 0)
            {
                return length < maximum;
            }
        }

        return false;
    }

    public bool TryWrite(uint address, ReadOnlySpan<byte> bytes) =>
        Contains(address, (uint)bytes.Length) && memory.Write(address, bytes) == bytes.Length;
}
