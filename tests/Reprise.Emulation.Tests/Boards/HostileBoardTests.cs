using System.Text;
using CsCheck;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>Board files come from anywhere: whatever they say, they are a board that runs or one clear error.</summary>
public sealed class HostileBoardTests
{
    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ":", ": ", "\n", "  ", "- ", "&a ", "*a", "!!x ", "~", "''", "\"", "#", "|", ">", "%",
        "?", "\t",
        "0x", "-1", "0", "99999999999999999999", "4 GiB", "0xFFFF_FFFF", "irq 1", "nmi", "uart0.x", "extends: ", "size: 1",
        "\u2028",
        "\0", "\ud800", "---\n", "...\n", "<<: ", "type: ", "null",
    ];

    [Test]
    public void Read_MutatedBoard_IsABoardOrAnError()
    {
        var texts = BoardCatalog.All.Select(board => board.Files[0].Text).ToArray();
        var edit = Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 30], OneOf(_pieces));
        Gen.Select(OneOf(texts), edit.List[1, 6]).Sample(
            input =>
            {
                var text = new StringBuilder(input.Item1);
                foreach (var (place, length, piece) in input.Item2)
                {
                    var start = place % (text.Length + 1);
                    text.Remove(start, Math.Min(length, text.Length - start)).Insert(start, piece);
                }

                return IsBoardOrError(text.ToString());
            },
            iter: 3_000);
    }

    [Test]
    public void Read_AnyText_IsABoardOrAnError() =>
        OneOf(_pieces).List[0, 60].Sample(pieces => IsBoardOrError(string.Concat(pieces)), iter: 3_000);

    [Test]
    public void Read_DeepNesting_IsRefused([Values("[", "{a: ", "- ", "? ")] string level)
    {
        var text = string.Concat(Enumerable.Repeat(level, 60_000));
        Assert.That(() => TextBoards.Board(text), Throws.TypeOf<BoardFileException>());
    }

    [Test]
    public void Read_ALineMoreThanAllowed_IsRefusedByItsLength()
    {
        var text = TextBoards.Small + new string('#', 1 << 18);
        Assert.That(
            () => TextBoards.Board(text),
            Throws.TypeOf<BoardFileException>().With.Message.Contains("262144 characters"));
    }

    [Test]
    public void Read_ManyValues_IsRefused()
    {
        var text = "a: [" + string.Concat(Enumerable.Repeat("1,", 100_000)) + "]";
        Assert.That(
            () => TextBoards.Board(text),
            Throws.TypeOf<BoardFileException>().With.Message.Contains("at most 20000 values"));
    }

    private static Gen<string> OneOf(string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static bool IsBoardOrError(string text)
    {
        try
        {
            using var machine = new Emulation.Machines.Machine(
                TextBoards.Board(text).Build(new BoardOptions(8), new TextOutput()));
            machine.Run(10);
            return true;
        }
        catch (BoardFileException e)
        {
            return e.Place is { Line: > 0, Column: > 0 };
        }
    }
}
