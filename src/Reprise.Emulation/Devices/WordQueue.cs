using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices;

/// <summary>A FIFO of 32-bit words that is part of a device's state.</summary>
/// <param name="name">What errors call it.</param>
/// <param name="capacity">Words it has room for.</param>
internal sealed class WordQueue(string name, int capacity)
{
    private readonly Queue<uint> _words = new();

    public int Count => _words.Count;

    /// <summary>Words that it still has room for.</summary>
    public int Free => capacity - _words.Count;

    /// <summary>The oldest word, which stays; zero when there is none.</summary>
    public uint First => _words.TryPeek(out var word) ? word : 0;

    /// <summary>Puts a word in; a full one loses it.</summary>
    public void Add(uint word)
    {
        if (Free > 0)
        {
            _words.Enqueue(word);
        }
    }

    public bool TryTake(out uint word) => _words.TryDequeue(out word);

    public void Clear() => _words.Clear();

    public void Save(StateWriter writer)
    {
        writer.Write((uint)_words.Count);
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    /// <exception cref="InvalidDataException">There are more words than it has room for.</exception>
    public void Restore(ref StateReader reader)
    {
        var count = reader.ReadUInt32();
        if (count > capacity)
        {
            throw new InvalidDataException($"state of {name}: {count} words in a FIFO, expected at most {capacity}");
        }

        _words.Clear();
        for (var i = 0; i < count; i++)
        {
            _words.Enqueue(reader.ReadUInt32());
        }
    }
}
