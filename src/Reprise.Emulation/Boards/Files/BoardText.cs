namespace Reprise.Emulation.Boards.Files;

/// <summary>A plain value: text, a number, a size.</summary>
/// <param name="Place">Its first character.</param>
/// <param name="Value">The text itself.</param>
/// <param name="IsQuoted">It stands in quotes: never null.</param>
public sealed record BoardText(FilePlace Place, string Value, bool IsQuoted) : BoardNode(Place)
{
    private const int Shown = 40;

    /// <summary>Nothing, <c>~</c> or <c>null</c>: takes an inherited entry away.</summary>
    public bool IsNull => !IsQuoted && Value is "" or "~" or "null";

    internal override string Found =>
        Value.Length == 0 ? "nothing" : Value.Length > Shown ? $"'{Value[..Shown]}...'" : $"'{Value}'";
}
