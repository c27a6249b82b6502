using System.Globalization;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards;

/// <summary>
/// What a user may want of a board that its file lets him choose. The board with it is one of its own, so that a
/// recording knows it.
/// </summary>
/// <param name="RamSize">Size of its RAM in bytes, with what comes before it in its memory map; null for the usual.</param>
/// <param name="StartTime">What its clock shows at power-on, to whole seconds; null for the usual.</param>
public readonly record struct BoardChoices(ulong? RamSize, DateTime? StartTime)
{
    /// <exception cref="BoardFileException">The board has no such size or time.</exception>
    public Board Apply(Board board)
    {
        if (RamSize is { } size)
        {
            board = WithRam(board, size);
        }

        return StartTime is { } time ? WithTime(board, time) : board;
    }

    private static Board WithRam(Board board, ulong size)
    {
        const string Option = "--ram";
        var range = board.GrowingMemory ?? throw new BoardFileException(
            new FilePlace(Option, 1, 1), $"a board whose RAM has several sizes; that of {board.Name} has one");
        if (size <= range.Address)
        {
            throw new BoardFileException(
                new FilePlace(Option, 1, 1), $"more than the {range.Address >> 10} KiB below '{range.Name}'");
        }

        return board.With(string.Create(
            CultureInfo.InvariantCulture, $"memory: {{ {range.Name}: {{ size: {size - range.Address} }} }}\n"), Option);
    }

    private static Board WithTime(Board board, DateTime time)
    {
        const string Option = "--rtc";
        var (device, key) = board.Clock ?? throw new BoardFileException(
            new FilePlace(Option, 1, 1), $"a board with a clock that shows the time; {board.Name} has none");
        return board.With(string.Create(
            CultureInfo.InvariantCulture, $"devices: {{ {device}: {{ {key}: {time:yyyy-MM-dd'T'HH:mm:ss} }} }}\n"), Option);
    }
}
