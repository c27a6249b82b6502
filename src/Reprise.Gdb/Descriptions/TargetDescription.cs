using System.Text;

namespace Reprise.Gdb.Descriptions;

/// <summary>What gdb must know about a CPU: its registers, their numbers, and which of them travel together.</summary>
public sealed class TargetDescription
{
    private const string Root = "target.xml";
    private const string Head = "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target>\n";

    private readonly Dictionary<string, byte[]> _annexes = new(StringComparer.Ordinal);
    private readonly Dictionary<int, TargetRegister> _byNumber;

    /// <param name="architecture">gdb's name, such as <c>arm</c>.</param>
    /// <param name="features">All registers.</param>
    /// <param name="generalCount">How many registers g holds, lowest numbers first; the others go by p.</param>
    /// <param name="programCounter">Its number.</param>
    /// <param name="expedited">The numbers that every stop reply carries.</param>
    /// <param name="triple">LLVM's name of the target, such as <c>thumbv7m-none-eabi</c>.</param>
    public TargetDescription(
        string architecture,
        IReadOnlyList<TargetFeature> features,
        int generalCount,
        int programCounter,
        IReadOnlyList<int> expedited,
        string triple)
    {
        Architecture = architecture;
        Triple = triple;
        Registers = [.. features.SelectMany(feature => feature.Registers).OrderBy(register => register.Number)];
        _byNumber = Registers.ToDictionary(register => register.Number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(generalCount, Registers.Count);
        General = [.. Registers.Take(generalCount)];
        ProgramCounter = _byNumber[programCounter];
        Expedited = [.. expedited.Select(number => _byNumber[number])];

        var root = new StringBuilder(Head);
        root.Append("  <architecture>").Append(architecture).Append("</architecture>\n");
        foreach (var feature in features)
        {
            _annexes.Add(feature.Annex, Encoding.UTF8.GetBytes(feature.ToXml()));
            root.Append("  <xi:include href=\"").Append(feature.Annex).Append("\"/>\n");
        }

        _annexes.Add(Root, Encoding.UTF8.GetBytes(root.Append("</target>\n").ToString()));
    }

    public string Architecture { get; }

    /// <summary>
    /// gdb wants to be told of a watched access when it is passed, as x86 processors do; else before it, as ARM's do.
    /// </summary>
    public bool WatchesAfterAccess { get; init; }

    /// <summary>LLVM's name of the target.</summary>
    public string Triple { get; }

    internal byte[] TripleBytes => Encoding.UTF8.GetBytes(Triple);

    /// <summary>All, by number.</summary>
    public IReadOnlyList<TargetRegister> Registers { get; }

    /// <summary>The registers of g and G, in their order.</summary>
    public IReadOnlyList<TargetRegister> General { get; }

    public TargetRegister ProgramCounter { get; }

    public IReadOnlyList<TargetRegister> Expedited { get; }

    /// <summary>The register of that number, or null.</summary>
    public TargetRegister? Find(ulong number) =>
        number <= int.MaxValue ? _byNumber.GetValueOrDefault((int)number) : null;

    /// <summary>The file of that name, <c>target.xml</c> the first; false when there is none.</summary>
    public bool TryGetAnnex(string name, out ReadOnlyMemory<byte> content)
    {
        var found = _annexes.TryGetValue(name, out var bytes);
        content = bytes;
        return found;
    }
}
