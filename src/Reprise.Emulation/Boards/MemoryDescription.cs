using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Boards;

/// <summary>RAM or flash of a board.</summary>
/// <param name="Range">Where it is.</param>
/// <param name="IsReadOnly">The guest can't write it.</param>
/// <param name="Aliases">Where it appears again.</param>
/// <param name="IsHidden">It answers only where a device shows it.</param>
/// <param name="Grows">Its end is what the user gives as the size of the board's RAM.</param>
internal sealed record MemoryDescription(
    AddressRange Range, bool IsReadOnly, IReadOnlyList<AddressRange> Aliases, bool IsHidden, bool Grows)
{
    private const ulong MaxTotal = 2112ul << 20; // 2 GiB, and room for what is beside it
    private const ulong MaxSize = 2047ul << 20; // an array of bytes
    private const int MaxWindows = 256;

    /// <summary>All memory of a board; nothing overlaps.</summary>
    public static List<MemoryDescription> ReadAll(BoardFields board)
    {
        var result = new List<MemoryDescription>();
        var windows = new List<AddressRange>();
        foreach (var entry in board.Map("memory").Entries)
        {
            var memory = Read(entry);
            foreach (var window in memory.Aliases.Prepend(memory.Range))
            {
                if (windows.Find(window.Overlaps) is { } other)
                {
                    throw new BoardFileException(
                        window.Place,
                        $"'{window.Name}' where no other memory is, but '{other.Name}' is at 0x{other.Address:x8}");
                }

                windows.Add(window);
            }

            result.Add(memory);
            if (memory.Range.Size > MaxSize)
            {
                throw new BoardFileException(memory.Range.Place, $"at most {MaxSize >> 20} MiB in one piece");
            }

            if (windows.Count > MaxWindows || result.Sum(memory => (long)memory.Range.Size) > (long)MaxTotal)
            {
                throw new BoardFileException(
                    memory.Range.Place, $"at most {MaxTotal >> 20} MiB of memory, at {MaxWindows} places");
            }
        }

        return result.Count > 0 ? result : throw board.Error("memory", "at least one RAM or flash");
    }

    private static MemoryDescription Read(BoardEntry entry)
    {
        var name = entry.Key.Value;
        var fields = new BoardFields(entry.AsMap(), $"memory '{name}'");
        var range = AddressRange.Read(fields, name, RamRegion.Alignment);
        var aliases = fields.List("aliases").Select(node => ReadAlias(node, range)).ToList();
        var memory = new MemoryDescription(
            range,
            fields.Flag("read-only", fallback: false),
            aliases,
            fields.Flag("hidden", fallback: false),
            fields.Flag("grows", fallback: false));
        fields.Finish();
        return memory;
    }

    private static AddressRange ReadAlias(BoardNode node, AddressRange range) =>
        node is BoardText text && BoardNumber.TryParse(text.Value, out var address)
            && address % RamRegion.Alignment == 0 && address <= (1ul << 32) - range.Size
            ? new AddressRange(range.Name, address, range.Size, node.Place)
            : throw node.Error($"the address of an alias, a multiple of {RamRegion.Alignment}, with room behind it");
}
