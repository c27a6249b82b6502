namespace Reprise.Emulation.Boards.Files;

/// <summary>
/// The keys of a map, asked for one by one; each answer is checked, and an error names the place. What nobody asked for
/// is an error of its own, when <see cref="Finish"/> is called.
/// </summary>
/// <param name="map">The map.</param>
/// <param name="owner">What it describes, for errors: "device 'uart0'".</param>
public sealed class BoardFields(BoardMap map, string owner)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Where the map stands.</summary>
    public FilePlace Place => map.Place;

    /// <summary>Whether a key is there; that counts as asking for it.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The value of a key, or null.</summary>
    /// <exception cref="BoardFileException">The key has no value.</exception>
    public BoardNode? Find(string key)
    {
        _known.Add(key);
        var node = map.Find(key);
        return node is BoardText { IsNull: true } ? throw node.Error($"a value of {key}") : node;
    }

    /// <summary>An error about a key: at its value, or at the map if it is missing.</summary>
    public BoardFileException Error(string key, string expected) => Find(key) is { } node
        ? node.Error(expected)
        : new BoardFileException(map.Place, $"{key}: {expected}, in {owner}");

    /// <summary>Plain text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">What a missing key means; null makes it an error.</param>
    public string Text(string key, string? fallback = null) => Find(key) switch
    {
        BoardText text => text.Value,
        null when fallback is not null => fallback,
        _ => throw Error(key, "a text"),
    };

    /// <summary>A number, decimal or <c>0x</c> hexadecimal.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The least that is allowed.</param>
    /// <param name="most">The most that is allowed.</param>
    /// <param name="fallback">What a missing key means; null makes it an error.</param>
    public ulong Number(string key, ulong least, ulong most, ulong? fallback = null) => Find(key) switch
    {
        BoardText text when BoardNumber.TryParse(text.Value, out var value) && value >= least && value <= most => value,
        null when fallback is { } value => value,
        _ => throw Error(key, $"a number from {least} to {most}"),
    };

    /// <summary>A 32-bit number.</summary>
    public uint Word(string key, uint? fallback = null) => Find(key) switch
    {
        BoardText text when BoardNumber.TryParse(text.Value, out var value) && value <= uint.MaxValue => (uint)value,
        null when fallback is { } value => value,
        _ => throw Error(key, "a number of 32 bits, as 0x4000_0000"),
    };

    /// <summary>A size in bytes, as <c>256 KiB</c>; not zero, and below 4 GiB.</summary>
    public uint Size(string key, uint? fallback = null) => Find(key) switch
    {
        BoardText text when BoardNumber.TryParse(text.Value, BoardNumber.Sizes, out var value)
            && value is > 0 and <= uint.MaxValue => (uint)value,
        null when fallback is { } value => value,
        _ => throw Error(key, "a size, as 256 KiB or 0x1000"),
    };

    /// <summary>A frequency in Hz, as <c>25 MHz</c>; not zero, and at most 4 GHz.</summary>
    public uint Frequency(string key, uint? fallback = null) => Find(key) switch
    {
        BoardText text when BoardNumber.TryParse(text.Value, BoardNumber.Frequencies, out var value)
            && value is > 0 and <= uint.MaxValue => (uint)value,
        null when fallback is { } value => value,
        _ => throw Error(key, "a frequency, as 25 MHz or 32768 Hz"),
    };

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key, bool fallback) => Find(key) switch
    {
        BoardText { Value: "true" } => true,
        BoardText { Value: "false" } => false,
        null => fallback,
        _ => throw Error(key, "true or false"),
    };

    /// <summary>One of several words.</summary>
    /// <param name="key">The key.</param>
    /// <param name="choices">By their words.</param>
    /// <param name="fallback">The word that a missing key means; null makes it an error.</param>
    public T OneOf<T>(string key, IReadOnlyDictionary<string, T> choices, string? fallback = null) =>
        choices.TryGetValue(Text(key, fallback), out var choice)
            ? choice
            : throw Error(key, $"one of {string.Join(", ", choices.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>Keys and values; none when the key is missing.</summary>
    public BoardMap Map(string key) => Find(key) switch
    {
        BoardMap inner => inner,
        null => new BoardMap(map.Place, []),
        _ => throw Error(key, "keys and values"),
    };

    /// <summary>The values of a list, or the one value that stands there; none when the key is missing.</summary>
    public IReadOnlyList<BoardNode> List(string key) => Find(key) switch
    {
        BoardList list => list.Items,
        null => [],
        { } one => [one],
    };

    /// <summary>Ends the asking.</summary>
    /// <exception cref="BoardFileException">There is a key that nobody asked for.</exception>
    public void Finish()
    {
        foreach (var entry in map.Entries)
        {
            if (!_known.Contains(entry.Key.Value))
            {
                throw entry.Key.Error($"a key of {owner} ({string.Join(", ", _known)})");
            }
        }
    }
}
