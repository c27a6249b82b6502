namespace Reprise.Emulation.Boards.Files;

/// <summary>Where the files of a board come from.</summary>
public interface IBoardSource
{
    /// <summary>The text of a file, or null when there is none of that name.</summary>
    /// <param name="name">A built-in board's name, or a path relative to the first file's folder.</param>
    /// <param name="maxLength">Characters that the caller takes: of a longer text a few more are enough.</param>
    /// <exception cref="IOException">It is there and can't be read.</exception>
    string? Read(string name, int maxLength);

    /// <summary>How an error names a file.</summary>
    string Display(string name) => name;
}
