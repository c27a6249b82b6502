using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>The flash that a flash interface erases.</summary>
/// <param name="memory">The board's memory.</param>
/// <param name="address">First address.</param>
/// <param name="size">Bytes.</param>
public sealed class FlashArea(MemoryMap memory, uint address, uint size)
{
    private const int Piece = 1024;

    /// <summary>First address.</summary>
    public uint Address => address;

    /// <summary>Sets all bytes from an offset on to 0xFF; what lies outside is left out.</summary>
    public void Erase(uint offset, uint length)
    {
        Span<byte> erased = stackalloc byte[Piece];
        erased.Fill(byte.MaxValue);
        for (ulong at = offset; at < Math.Min((ulong)offset + length, size); at += Piece)
        {
            memory.Write(address + at, erased);
        }
    }

    /// <summary>Erases all.</summary>
    public void EraseAll() => Erase(0, size);
}
