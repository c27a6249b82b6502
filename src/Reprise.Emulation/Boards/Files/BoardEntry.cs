namespace Reprise.Emulation.Boards.Files;

/// <summary>A key and its value.</summary>
/// <param name="Key">The key, with its place.</param>
/// <param name="Value">What stands behind it.</param>
public readonly record struct BoardEntry(BoardText Key, BoardNode Value)
{
    /// <summary>The value as keys and values.</summary>
    /// <exception cref="BoardFileException">It is something else.</exception>
    public BoardMap AsMap() => Value as BoardMap ?? throw Value.Error($"keys and values of '{Key.Value}'");
}
