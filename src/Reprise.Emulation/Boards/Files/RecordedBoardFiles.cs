namespace Reprise.Emulation.Boards.Files;

/// <summary>The files that a recording keeps; no other is looked at.</summary>
/// <param name="files">The board's own is the first.</param>
internal sealed class RecordedBoardFiles(IReadOnlyList<BoardSourceFile> files) : IBoardSource
{
    public string? Read(string name, int maxLength) => files.FirstOrDefault(file => file.Name == name)?.Text;
}
