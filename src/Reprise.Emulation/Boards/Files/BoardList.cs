namespace Reprise.Emulation.Boards.Files;

/// <summary>A list of values.</summary>
/// <param name="Place">Its first character.</param>
/// <param name="Items">In the order of the file.</param>
public sealed record BoardList(FilePlace Place, IReadOnlyList<BoardNode> Items) : BoardNode(Place)
{
    internal override string Found => "a list";
}
