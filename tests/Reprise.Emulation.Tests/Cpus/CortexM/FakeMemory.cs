using Reprise.Emulation.Cpus.CortexM;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>Words at 0 (vectors) and 0x20000000 (stacks), 4 KiB each; anything else is a bus error.</summary>
public sealed class FakeMemory : IGuestMemory
{
    public const uint Ram = 0x2000_0000;
    public const uint Size = 0x1000;

    private readonly uint[] _flash = new uint[Size / 4];
    private readonly uint[] _ram = new uint[Size / 4];

    /// <summary>Reads of this address are bus errors.</summary>
    public uint? Broken { get; set; }

    public uint[] Words => [.. _flash, .. _ram];

    public uint this[uint address]
    {
        get => Word(address);
        set => Word(address) = value;
    }

    public bool TryRead32(uint address, out uint value)
    {
        Assert.That(address & 3, Is.Zero);
        var good = Contains(address) && address != Broken;
        value = good ? Word(address) : 0;
        return good;
    }

    public bool TryWrite32(uint address, uint value)
    {
        Assert.That(address & 3, Is.Zero);
        var good = address >= Ram && Contains(address);
        if (good)
        {
            Word(address) = value;
        }

        return good;
    }

    public void CopyFrom(FakeMemory other)
    {
        other._flash.CopyTo(_flash, 0);
        other._ram.CopyTo(_ram, 0);
        Broken = other.Broken;
    }

    private static bool Contains(uint address) => (address & ~Ram) < Size;

    private ref uint Word(uint address) => ref (address < Ram ? _flash : _ram)[(address & ~Ram) / 4];
}
