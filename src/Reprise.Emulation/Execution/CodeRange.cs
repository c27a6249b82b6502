namespace Reprise.Emulation.Execution;

/// <summary>Addresses of code from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct CodeRange(ulong Start, ulong End)
{
    public bool Contains(ulong address) => address >= Start && address < End;

    /// <summary>Whether all of a block is in the range.</summary>
    internal bool Contains(ulong address, uint size) => Contains(address) && size <= End - address;
}
