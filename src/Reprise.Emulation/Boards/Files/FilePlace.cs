namespace Reprise.Emulation.Boards.Files;

/// <summary>A place in a text file.</summary>
/// <param name="File">The file's name, as the user gave it.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
public readonly record struct FilePlace(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
