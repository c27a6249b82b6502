using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards;

/// <summary>A named range of addresses of a board.</summary>
/// <param name="Name">As the board file names it.</param>
/// <param name="Address">First address.</param>
/// <param name="Size">Bytes; the end is at most 4 GiB.</param>
/// <param name="Place">Where the file says so.</param>
public sealed record AddressRange(string Name, ulong Address, ulong Size, FilePlace Place)
{
    /// <summary>The first address behind it.</summary>
    public ulong End => Address + Size;

    public bool Overlaps(AddressRange other) => Address < other.End && other.Address < End;

    internal static AddressRange Read(BoardFields fields, string name, uint unit, uint? size = null)
    {
        var range = new AddressRange(name, fields.Word("address"), fields.Size("size", size), fields.Place);
        return range.Address % unit != 0
            ? throw fields.Error("address", $"a multiple of {unit}")
            : range.Size % unit != 0
            ? throw fields.Error("size", $"a multiple of {unit}")
            : range.End > 1ul << 32
            ? throw fields.Error("size", $"an end of {name} below 4 GiB")
            : range;
    }

    internal static IEnumerable<AddressRange> ReadAll(BoardFields board, string key, uint unit)
    {
        foreach (var entry in board.Map(key).Entries)
        {
            var name = entry.Key.Value;
            var fields = new BoardFields(entry.AsMap(), $"{key} '{name}'");
            yield return Read(fields, name, unit);
            fields.Finish();
        }
    }
}
