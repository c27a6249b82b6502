namespace Reprise.Emulation.Boards.Files;

/// <summary>The files of a board with one more before them, which extends it and keeps its name.</summary>
internal sealed class LaidBoard : IBoardSource
{
    /// <summary>All of them leave the board its name; several options of a command line lay a file each.</summary>
    private static readonly string[] _extensions = ["", ".yaml", ".yml", ".Yaml", ".Yml", ".YAML", ".YML", ".yAML", ".yML"];

    private readonly Board _board;
    private readonly string _name;
    private readonly string _text;
    private readonly string _origin;

    private LaidBoard(Board board, string lines, string origin)
    {
        var taken = board.Files.Select(file => file.Name).ToList();
        _board = board;
        _name = _extensions.Select(extension => board.Name + extension).First(name => !taken.Contains(name));
        _text = $"extends: {taken[0]}\n{lines}";
        _origin = origin;
    }

    public static Board Read(Board board, string lines, string origin)
    {
        var source = new LaidBoard(board, lines, origin);
        return Board.Read(source, source._name);
    }

    public string? Read(string name, int maxLength) =>
        name == _name ? _text : new RecordedBoardFiles(_board.Files).Read(name, maxLength);

    public string Display(string name) => name == _name ? _origin : name;
}
