namespace Reprise.Emulation.Boards.Files;

/// <summary>Reads files of a board from their source, and keeps what it read.</summary>
/// <param name="source">Where they come from.</param>
internal sealed class BoardFileSet(IBoardSource source)
{
    /// <summary>The key that names an SVD file.</summary>
    public const string Svd = "svd";

    private const int MaxBases = 8;
    private const string Extends = "extends";

    private readonly List<BoardSourceFile> _files = [];

    /// <summary>What was read, the board's own file first.</summary>
    public IReadOnlyList<BoardSourceFile> Files => _files;

    /// <summary>A board's file, laid over those that it extends.</summary>
    /// <exception cref="BoardFileException">A file is no board file, or is not there.</exception>
    public BoardMap ReadBoard(string name) =>
        ReadBoard(name, new FilePlace(source.Display(name), 1, 1), "a board file that is there", bases: 0);

    /// <summary>How an error names a file.</summary>
    public string Display(string name) => source.Display(name);

    /// <summary>A file's text, for who names it at a place.</summary>
    /// <exception cref="BoardFileException">It is not there, or can't be read.</exception>
    public string ReadText(string name, FilePlace place, string expected, int maxLength)
    {
        try
        {
            var text = source.Read(name, maxLength) ?? throw new BoardFileException(place, $"{expected}, not '{name}'");
            _files.Add(new BoardSourceFile(name, text));
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BoardFileException(place, $"{expected} ({e.Message})", e);
        }
    }

    private BoardMap ReadBoard(string name, FilePlace place, string expected, int bases)
    {
        var map = Resolved(name, BoardTextReader.Read(
            source.Display(name), ReadText(name, place, expected, BoardTextReader.MaxLength)));
        if (map.Find(Extends) is not { } node)
        {
            return map;
        }

        if (node is not BoardText { IsNull: false } text)
        {
            throw node.Error("the name of a board, or of a file");
        }

        if (bases == MaxBases)
        {
            throw node.Error($"at most {MaxBases} boards that extend each other");
        }

        var inherited = ReadBoard(
            BoardFileName.Resolve(name, text.Value), text.Place, "a built-in board or a file", bases + 1);
        return map.Over(inherited);
    }

    /// <summary>The map with the path of its SVD file as the source knows it: another file may extend this one.</summary>
    private static BoardMap Resolved(string file, BoardMap map) => map with
    {
        Entries =
        [
            .. map.Entries.Select(entry => entry is { Key.Value: Svd, Value: BoardText { IsNull: false } text }
                ? entry with { Value = text with { Value = BoardFileName.Resolve(file, text.Value) } }
                : entry),
        ],
    };
}
