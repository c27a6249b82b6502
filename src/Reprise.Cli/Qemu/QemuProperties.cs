using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>
/// QEMU's list of properties: "key=value,key=value". A comma in a value is written twice, a key alone means that it is
/// on (nokey: off), and the first entry may leave its key out where the option has one that is understood.
/// </summary>
internal sealed class QemuProperties
{
    private readonly List<(string Key, string Value)> _entries = [];
    private readonly HashSet<string> _used = [];
    private readonly string _option;

    /// <param name="option">What errors call it: "-icount".</param>
    /// <param name="text">The list.</param>
    /// <param name="firstKey">The key that the first entry may leave out; null when there is none.</param>
    public QemuProperties(string option, string text, string? firstKey = null)
    {
        _option = option;
        var parts = Split(text);
        for (var i = 0; i < parts.Count; i++)
        {
            var equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                _entries.Add((parts[i][..equals], parts[i][(equals + 1)..]));
            }
            else if (i == 0 && firstKey is not null)
            {
                _entries.Add((firstKey, parts[i]));
            }
            else
            {
                var isOff = parts[i].StartsWith("no", StringComparison.Ordinal) && parts[i].Length > 2;
                _entries.Add(isOff ? (parts[i][2..], "off") : (parts[i], "on"));
            }
        }
    }

    /// <summary>The last value of a key, as QEMU has it; null when it is not there.</summary>
    public string? this[string key] => All(key).LastOrDefault();

    /// <summary>Every value of a key, in order.</summary>
    public IReadOnlyList<string> All(string key)
    {
        _used.Add(key);
        return [.. _entries.Where(entry => entry.Key == key).Select(entry => entry.Value)];
    }

    /// <summary>A value that must be there.</summary>
    /// <exception cref="CliException">It is not.</exception>
    public string Needed(string key) =>
        this[key] is { Length: > 0 } value ? value : throw new CliException($"{_option} needs {key}=...");

    /// <summary>A switch.</summary>
    /// <exception cref="CliException">Neither on nor off.</exception>
    public bool Switch(string key, bool unlessGiven) => this[key] switch
    {
        null => unlessGiven,
        "on" or "yes" or "true" or "y" => true,
        "off" or "no" or "false" or "n" => false,
        var other => throw new CliException($"{_option}: '{other}' is not on or off for {key}."),
    };

    /// <summary>Keys that make no difference here.</summary>
    public void Ignore(params string[] keys) => _used.UnionWith(keys);

    /// <exception cref="CliException">There is a key that nobody asked for.</exception>
    public void CheckAllUsed()
    {
        if (_entries.Find(entry => !_used.Contains(entry.Key)) is { Key: { } unknown })
        {
            throw new CliException($"{_option}: there is no '{unknown}' here; known are {string.Join(", ", _used.Order())}.");
        }
    }

    private static List<string> Split(string text)
    {
        const string Comma = "\0";
        return [.. text.Replace(",,", Comma, StringComparison.Ordinal).Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Replace(Comma, ",", StringComparison.Ordinal))];
    }
}
