using System.Globalization;
using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>What gdb printed. <see cref="Say"/> makes it print values that can be found again.</summary>
internal sealed partial class Transcript(string text)
{
    /// <summary>Where the machine is, for <see cref="Positions"/>.</summary>
    public const string When = "monitor when";

    public string Text => text;

    /// <summary>Every position that <c>monitor when</c> told, in order.</summary>
    public IReadOnlyList<ulong> Positions =>
        [.. PositionLine().Matches(text)
            .Select(match => ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    /// <summary>A gdb command that prints the values of expressions under a name.</summary>
    public static string Say(string name, params string[] expressions) =>
        $"printf \"@{name} {string.Join(' ', expressions.Select(_ => "%x"))}\\n\", "
        + string.Join(", ", expressions.Select(expression => $"(unsigned)({expression})"));

    /// <summary>Every line of values that was said under a name.</summary>
    public IReadOnlyList<string> Said(string name) =>
        [.. text.Split('\n').Select(line => (line, At: line.IndexOf($"@{name} ", StringComparison.Ordinal)))
            .Where(entry => entry.At >= 0).Select(entry => entry.line[(entry.At + name.Length + 2)..].Trim())];

    public override string ToString() => text;

    [GeneratedRegex(@"^position (\d+) of \d+", RegexOptions.Multiline)]
    private static partial Regex PositionLine();
}
