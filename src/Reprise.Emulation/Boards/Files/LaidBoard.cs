namespace Reprise.Emulation.Boards.Files;

/// <summary>The files of a board with one more before them, which extends it and keeps its name.</summary>
internal sealed class LaidBoard : IBoardSource
{
    private readonly Board _board;
    private readonly string _name;
    private readonly string _text;
    private readonly string _origin;

    private LaidBoard(Board board, string lines, string origin)
    {
        var taken = board.Files.Select(file => file.Name).ToList();
        _board = board;
        _name = ((string[])[board.Name, board.Name + ".yaml", board.Name + ".yml"]).First(name => !taken.Contains(name));
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
