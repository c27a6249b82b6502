using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Execution;

/// <summary>The guest's code by its addresses, for decoding.</summary>
/// <param name="memory">Where it is.</param>
/// <param name="translation">How to find it there; null when addresses are physical.</param>
internal sealed class GuestCode(MemoryMap memory, IAddressTranslation? translation)
{
    /// <summary>The longest instruction of any instruction set: x86.</summary>
    public const int LongestInstruction = 15;

    private readonly byte[] _crossing = new byte[2 * LongestInstruction];

    public MemoryMap Memory => memory;

    /// <summary>Whether one address can mean different code at different times.</summary>
    public bool IsTranslated => translation is not null;

    /// <summary>
    /// Code from an address on, at least an instruction if there is that much. Good until the next call.
    /// </summary>
    public ReadOnlySpan<byte> At(ulong address)
    {
        if (translation is null)
        {
            return memory.BytesFrom(address);
        }

        var left = memory.PageSize - (int)(address & (ulong)(memory.PageSize - 1));
        var bytes = InPage(address, left);
        if (left >= LongestInstruction || bytes.IsEmpty)
        {
            return bytes;
        }

        bytes.CopyTo(_crossing);
        var next = InPage(address + (ulong)left, LongestInstruction);
        next.CopyTo(_crossing.AsSpan(left));
        return _crossing.AsSpan(0, left + next.Length);
    }

    /// <summary>The page of memory and the physical address that an address has; false when none.</summary>
    public bool TryFind(ulong address, out int page, out ulong physical)
    {
        if (translation is null)
        {
            return memory.TryFind(address, out page, out physical);
        }

        page = -1;
        return translation.TryLook(address, out physical) && memory.TryFind(physical, out page, out physical);
    }

    private ReadOnlySpan<byte> InPage(ulong address, int length)
    {
        if (!translation!.TryLook(address, out var physical))
        {
            return [];
        }

        var bytes = memory.BytesFrom(physical);
        return bytes[..Math.Min(bytes.Length, length)];
    }
}
