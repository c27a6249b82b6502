namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// A VGA's graphics modes (IBM VGA XGA technical reference manual, 2.6): 16 colors of four planes, 4 colors as a CGA has
/// them, and 256 colors. The picture is what the monitor gets: pixels of low resolution are several dots.
/// </summary>
/// <param name="registers">Of the VGA.</param>
internal readonly struct VgaGraphicsMode(VgaRegisters registers)
{
    private const int Planes = 4;
    private const int DotsInCharacter = 8;

    public int Width => (registers.Crtc[1] + 1) * DotsInCharacter * DotWidth;

    public int Height => VgaGeometry.ScanLines(registers);

    private int DotWidth => !Has256Colors && (registers.Sequencer[1] & 8) != 0 ? 2 : 1;

    private bool Has256Colors => (registers.Graphics[5] & 0x40) != 0;

    private bool IsInterleaved => (registers.Graphics[5] & 0x20) != 0;

    public void Draw(ReadOnlySpan<byte> memory, Span<uint> pixels)
    {
        Span<uint> colors = stackalloc uint[16];
        VgaGeometry.ReadColors(registers, colors);
        for (var y = 0; y < Height; y++)
        {
            var row = pixels.Slice(y * Width, Width);
            var address = RowAddress(y);
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = Has256Colors
                    ? registers.Palette[memory[(address + (x / 2)) % memory.Length]]
                    : colors[ColorAt(memory, address, x / DotWidth) & registers.Attributes[0x12] & 15];
            }
        }
    }

    private int ColorAt(ReadOnlySpan<byte> memory, int row, int x)
    {
        var word = (row + (x / DotsInCharacter * Planes)) % (memory.Length - 3);
        if (IsInterleaved)
        {
            // Two bits a pixel: the first four pixels in the even planes, the others in the odd ones.
            var plane = word + (x / 4 % 2);
            var shift = 6 - (2 * (x % 4));
            return (memory[plane] >> shift & 3) | ((memory[plane + 2] >> shift & 3) << 2);
        }

        var bit = DotsInCharacter - 1 - (x % DotsInCharacter);
        var color = 0;
        for (var plane = 0; plane < Planes; plane++)
        {
            color |= (memory[word + plane] >> bit & 1) << plane;
        }

        return color;
    }

    // In bytes of the memory. Rows of a character may take the place of address bits, as on a CGA.
    private int RowAddress(int y)
    {
        var crtc = registers.Crtc;
        var compare = VgaGeometry.LineCompare(registers);
        var (start, line) = y > compare ? (0, y - compare - 1) : ((crtc[0x0C] << 8) | crtc[0x0D], y);
        line = (crtc[9] & 0x80) != 0 ? line / 2 : line;
        var rows = (crtc[9] & 0x1F) + 1;
        var address = (start * Planes) + (line / rows * (crtc[0x13] << 3));
        var shift = 14 + (crtc[0x17] >> 6 & 1);
        address = (crtc[0x17] & 1) != 0 ? address : (address & ~(1 << shift)) | ((line % rows & 1) << shift);
        return (crtc[0x17] & 2) != 0
            ? address
            : (address & ~(2 << shift)) | ((line % rows >> 1 & 1) << (shift + 1));
    }
}
