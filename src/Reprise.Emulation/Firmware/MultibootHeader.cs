using System.Buffers.Binary;

namespace Reprise.Emulation.Firmware;

/// <summary>What a kernel asks of its loader (Multiboot Specification 0.6.96, 3.1).</summary>
/// <param name="Flags">What it needs; bit 16: the addresses count, and the file need not be an ELF.</param>
/// <param name="Offset">Where the header is in the file.</param>
/// <param name="HeaderAddress">Where it is in memory.</param>
/// <param name="LoadAddress">Where loading begins.</param>
/// <param name="LoadEnd">Behind what the file holds; 0 for its end.</param>
/// <param name="BssEnd">Behind what is zeroed; 0 for nothing.</param>
/// <param name="Entry">Where it starts.</param>
public sealed record MultibootHeader(
    uint Flags, int Offset, uint HeaderAddress, uint LoadAddress, uint LoadEnd, uint BssEnd, uint Entry)
{
    private const uint Magic = 0x1bad_b002;
    private const int SearchedBytes = 8192;
    private const int Length = 32;
    private const int ShortLength = 12;
    private const uint HasAddressesFlag = 1 << 16;

    // Bits 0 to 15 must be understood; alignment of modules, memory map and video mode are.
    private const uint UnknownRequirements = 0xfff8;

    public bool HasAddresses => (Flags & HasAddressesFlag) != 0;

    /// <summary>The header in the first 8 KiB of a file, at a multiple of 4; null when there is none.</summary>
    public static MultibootHeader? Find(ReadOnlySpan<byte> file)
    {
        for (var at = 0; at + ShortLength <= Math.Min(file.Length, SearchedBytes); at += sizeof(uint))
        {
            if (Word(file, at) == Magic && Magic + Word(file, at + 4) + Word(file, at + 8) == 0)
            {
                var flags = Word(file, at + 4);
                if ((flags & HasAddressesFlag) == 0)
                {
                    return new MultibootHeader(flags, at, 0, 0, 0, 0, 0);
                }

                if (at + Length <= file.Length)
                {
                    return new MultibootHeader(
                        flags,
                        at,
                        Word(file, at + 12),
                        Word(file, at + 16),
                        Word(file, at + 20),
                        Word(file, at + 24),
                        Word(file, at + 28));
                }
            }
        }

        return null;
    }

    /// <summary>What the header says to load, for one that has addresses.</summary>
    /// <exception cref="FirmwareException">The addresses fit neither each other nor the file.</exception>
    internal IReadOnlyList<FirmwareSegment> ReadSegments(ReadOnlyMemory<byte> file, string name)
    {
        var start = Offset - ((long)HeaderAddress - LoadAddress);
        var size = LoadEnd == 0 ? file.Length - start : (long)LoadEnd - LoadAddress;
        var inMemory = BssEnd == 0 ? size : (long)BssEnd - LoadAddress;
        if (HeaderAddress < LoadAddress || start < 0 || size <= 0 || size > file.Length - start || inMemory < size)
        {
            throw new FirmwareException(name, Offset, "a Multiboot header whose addresses lie in the file and in order");
        }

        var data = file.Slice((int)start, (int)size);
        var segments = new SegmentList(name);
        segments.Add(LoadAddress, data, (ulong)inMemory, uint.MaxValue, Offset, line: null);
        return segments.Finish();
    }

    /// <exception cref="FirmwareException">It needs what is not there.</exception>
    internal void Check(string name)
    {
        if ((Flags & UnknownRequirements) != 0)
        {
            throw new FirmwareException(
                name, Offset, $"a Multiboot header that needs memory, modules and video only; its flags are 0x{Flags:x}");
        }
    }

    private static uint Word(ReadOnlySpan<byte> file, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file[offset..]);
}
