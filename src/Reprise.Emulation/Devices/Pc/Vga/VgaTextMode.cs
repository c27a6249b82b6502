using System.Text;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// A VGA's alphanumeric modes (IBM VGA XGA technical reference manual, 2.6): cells of a character and an attribute in
/// planes 0 and 1, their shapes in plane 2. The cursor is always drawn, and nothing blinks: a picture is of a moment.
/// </summary>
/// <param name="registers">Of the VGA.</param>
internal readonly struct VgaTextMode(VgaRegisters registers)
{
    private const int CellSize = 4; // a byte of each plane
    private const int GlyphSize = 32;
    private const int GlyphDots = 8;

    public int Columns => registers.Crtc[1] + 1;

    public int Rows => Math.Max(1, VgaGeometry.ScanLines(registers) / CellHeight);

    public int Width => Columns * CellWidth * DotWidth;

    public int Height => Rows * CellHeight;

    private int CellHeight => (registers.Crtc[9] & 0x1F) + 1;

    private int CellWidth => (registers.Sequencer[1] & 1) != 0 ? GlyphDots : GlyphDots + 1;

    private int DotWidth => (registers.Sequencer[1] & 8) != 0 ? 2 : 1;

    // Map select: which eighth of plane 2, for attributes without and with bit 3.
    private int FirstFont => Font(registers.Sequencer[3] & 3, registers.Sequencer[3] >> 4 & 1);

    private int SecondFont => Font(registers.Sequencer[3] >> 2 & 3, registers.Sequencer[3] >> 5 & 1);

    private int Cursor => (registers.Crtc[0x0E] << 8) | registers.Crtc[0x0F];

    private int Start => (registers.Crtc[0x0C] << 8) | registers.Crtc[0x0D];

    public string ReadText(ReadOnlySpan<byte> memory)
    {
        var text = new StringBuilder();
        for (var row = 0; row < Rows; row++)
        {
            var length = text.Length;
            for (var column = 0; column < Columns; column++)
            {
                var character = CodePage437.ToUnicode(memory[Cell(row, column) * CellSize % memory.Length]);
                text.Append(character);
                length = character == ' ' ? length : text.Length;
            }

            text.Length = length;
            text.Append('\n');
        }

        return text.ToString();
    }

    public void Draw(ReadOnlySpan<byte> memory, Span<uint> pixels)
    {
        Span<uint> colors = stackalloc uint[16];
        VgaGeometry.ReadColors(registers, colors);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                DrawCell(memory, pixels, row, column, colors);
            }
        }
    }

    private static int Font(int block, int upper) => ((block << 1) | upper) << 13;

    private int Cell(int row, int column) => Start + (row * registers.Crtc[0x13] * 2) + column;

    private void DrawCell(ReadOnlySpan<byte> memory, Span<uint> pixels, int row, int column, ReadOnlySpan<uint> colors)
    {
        var cell = Cell(row, column);
        var (character, attribute) = (
            memory[cell * CellSize % memory.Length], memory[((cell * CellSize) + 1) % memory.Length]);
        var mode = registers.Attributes[0x10];
        var ink = colors[attribute & 15];
        var paper = colors[(mode & 8) != 0 ? attribute >> 4 & 7 : attribute >> 4];
        var font = (attribute & 8) != 0 ? SecondFont : FirstFont;
        var isLine = (mode & 4) != 0 && character is >= 0xC0 and <= 0xDF;
        for (var line = 0; line < CellHeight; line++)
        {
            var glyph = IsCursor(cell, line)
                ? (byte)0xFF
                : memory[((font + (character * GlyphSize) + line) * CellSize + 2) % memory.Length];
            var place = (((row * CellHeight) + line) * Width) + (column * CellWidth * DotWidth);
            for (var dot = 0; dot < CellWidth * DotWidth; dot++)
            {
                // The ninth dot is paper; lines go through it.
                var at = dot / DotWidth;
                var isInk = at < GlyphDots
                    ? (glyph >> (GlyphDots - 1 - at) & 1) != 0
                    : (isLine || IsCursor(cell, line)) && (glyph & 1) != 0;
                pixels[place + dot] = isInk ? ink : paper;
            }
        }
    }

    private bool IsCursor(int cell, int line) =>
        cell == Cursor && (registers.Crtc[0x0A] & 0x20) == 0
        && line >= (registers.Crtc[0x0A] & 0x1F) && line <= (registers.Crtc[0x0B] & 0x1F);
}
