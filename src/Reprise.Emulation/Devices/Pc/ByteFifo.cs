using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>Bytes in the order in which they came, no more than fit.</summary>
/// <param name="capacity">Bytes that fit.</param>
internal sealed class ByteFifo(int capacity)
{
    private readonly Queue<byte> _bytes = new(capacity);

    public int Count => _bytes.Count;

    /// <summary>Bytes that still fit.</summary>
    public int Room => capacity - _bytes.Count;

    /// <summary>The next byte, or zero.</summary>
    public byte First => _bytes.TryPeek(out var value) ? value : (byte)0;

    /// <summary>Takes the next byte away; zero when there is none.</summary>
    public byte Take() => _bytes.TryDequeue(out var value) ? value : (byte)0;

    /// <summary>Adds a byte behind the others; it is lost when there is no room.</summary>
    public void Add(byte value)
    {
        if (Room > 0)
        {
            _bytes.Enqueue(value);
        }
    }

    public void Clear() => _bytes.Clear();

    public void Save(StateWriter writer) => writer.Write(_bytes.ToArray());

    /// <exception cref="InvalidDataException">There are more bytes than fit.</exception>
    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length > capacity)
        {
            throw new InvalidDataException($"state of a FIFO: {bytes.Length} bytes, expected at most {capacity}");
        }

        _bytes.Clear();
        foreach (var value in bytes)
        {
            _bytes.Enqueue(value);
        }
    }
}
