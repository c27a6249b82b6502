namespace Reprise.Emulation.Boards.Files;

/// <summary>A board file, or what it names, is not what it should be. Names file, line, column and expectation.</summary>
public sealed class BoardFileException : Exception
{
    public BoardFileException(FilePlace place, string expected, Exception? inner = null)
        : base($"{place}: expected {expected}", inner)
    {
        Place = place;
        Expected = expected;
    }

    public FilePlace Place { get; }

    public string Expected { get; }
}
