namespace Reprise.Emulation.Boards.Files;

/// <summary>Keys and values, in the order of the file; no key stands twice.</summary>
/// <param name="Place">Its first character.</param>
/// <param name="Entries">In the order of the file.</param>
public sealed record BoardMap(FilePlace Place, IReadOnlyList<BoardEntry> Entries) : BoardNode(Place)
{
    private const string TypeKey = "type";

    internal override string Found => "keys and values";

    /// <summary>The value of a key, or null.</summary>
    public BoardNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Value == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// This map over an inherited one: what is only there stays, in its order; null takes it away; maps are laid over
    /// each other, unless this one gives a type, which makes it another thing; anything else replaces.
    /// </summary>
    /// <exception cref="BoardFileException">A null for a key that is not inherited.</exception>
    public BoardMap Over(BoardMap inherited)
    {
        var result = inherited.Entries.ToList();
        foreach (var entry in Entries)
        {
            var index = result.FindIndex(other => other.Key.Value == entry.Key.Value);
            if (entry.Value is BoardText { IsNull: true })
            {
                if (index < 0)
                {
                    throw entry.Key.Error("an inherited key to take away");
                }

                result.RemoveAt(index);
            }
            else if (index < 0)
            {
                result.Add(entry);
            }
            else
            {
                result[index] = entry.Value is BoardMap map && map.Find(TypeKey) is null
                    && result[index].Value is BoardMap below
                    ? entry with { Value = map.Over(below) }
                    : entry;
            }
        }

        return new BoardMap(Place, result);
    }
}
