namespace Reprise.Emulation.Boards.Files;

/// <summary>A value in a board file, and where it stands.</summary>
/// <param name="Place">Its first character.</param>
public abstract record BoardNode(FilePlace Place)
{
    /// <summary>How an error names what was found instead.</summary>
    internal abstract string Found { get; }

    /// <summary>An error at this place.</summary>
    public BoardFileException Error(string expected) => new(Place, $"{expected}, found {Found}");
}
