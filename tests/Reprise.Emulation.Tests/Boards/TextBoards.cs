using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>Board files that are texts of a test.</summary>
internal sealed class TextBoards(params (string Name, string Text)[] files) : IBoardSource
{
    /// <summary>A small board without devices; what is added goes behind it.</summary>
    public const string Small =
        """
        cpu: { model: cortex-m3, interrupts: 32, priority-bits: 3, clock: 25 MHz }
        memory:
          flash: { address: 0, size: 64 KiB, read-only: true }
          ram: { address: 0x2000_0000, size: 16 KiB }

        """;

    public string? Read(string name, int maxLength)
    {
        var text = files.FirstOrDefault(file => file.Name == name).Text;
        return text is null || text.Length <= maxLength + 1 ? text : text[..(maxLength + 1)];
    }

    public static Board Board(string text) => new TextBoards(("b.yaml", text)).Board();

    /// <summary>The first file's board.</summary>
    public Board Board() => Emulation.Boards.Board.Read(this, files[0].Name);
}
