using System.Numerics;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>A set of interrupt vectors, in the eight words in which an APIC shows it.</summary>
internal sealed class VectorSet
{
    private readonly uint[] _words = new uint[8];

    /// <summary>The vector with the highest priority, or -1.</summary>
    public int Highest
    {
        get
        {
            for (var i = _words.Length - 1; i >= 0; i--)
            {
                if (_words[i] != 0)
                {
                    return (32 * i) + BitOperations.Log2(_words[i]);
                }
            }

            return -1;
        }
    }

    public uint this[uint word] => _words[word];

    public void Add(int vector) => _words[vector / 32] |= 1u << (vector % 32);

    public void Remove(int vector) => _words[vector / 32] &= ~(1u << (vector % 32));

    public bool Contains(int vector) => (_words[vector / 32] >> (vector % 32) & 1) != 0;

    public void Clear() => Array.Clear(_words);

    public void Save(StateWriter writer)
    {
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    public void Restore(ref StateReader reader)
    {
        foreach (ref var word in _words.AsSpan())
        {
            word = reader.ReadUInt32();
        }
    }
}
