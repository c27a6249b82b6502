using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards;

/// <summary>The built-in boards, one file each in this folder; and those of the user.</summary>
public static class BoardCatalog
{
    /// <summary>All built-in boards, by name.</summary>
    public static IEnumerable<Board> All =>
        BuiltInBoards.Names.Select(Board.ReadBuiltIn);

    /// <summary>The built-in board of a name, or null.</summary>
    public static Board? Find(string name) =>
        BuiltInBoards.Names.Contains(name) ? Board.ReadBuiltIn(name) : null;

    /// <summary>The board of a name or a file, <c>mps2-an385</c> or <c>./my.yaml</c>; null when there is none.</summary>
    /// <exception cref="BoardFileException">The file is not what it should be.</exception>
    public static Board? Open(string nameOrPath) => !BoardFileName.IsPath(nameOrPath)
        ? Find(nameOrPath)
        : File.Exists(nameOrPath)
        ? Board.Read(new BoardFolder(Path.GetDirectoryName(nameOrPath) ?? ""), Path.GetFileName(nameOrPath))
        : null;
}
