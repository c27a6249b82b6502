using System.Text;

namespace Reprise.Emulation.Pictures;

/// <summary>
/// A picture for a terminal: a character for 2 x 4 dots (Unicode, Braille patterns), at most 80 in a row; a larger picture
/// gives a dot for several pixels. Greys become patterns of dots (ordered dithering).
/// </summary>
public static class BrailleText
{
    private const int MostDots = 160;
    private const char Blank = '\u2800';

    /// <summary>Bit of each dot, row by row: dots 1 to 3 and 7 stand left, 4 to 6 and 8 right.</summary>
    private static ReadOnlySpan<byte> Dots => [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    /// <summary>In sixteenths of white: from what brightness on a dot is set; neighbours are far apart.</summary>
    private static ReadOnlySpan<byte> Thresholds => [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    /// <summary>Lines that end in '\n'.</summary>
    public static string Of(Picture picture)
    {
        var scale = (picture.Width + MostDots - 1) / MostDots;
        var (columns, rows) = ((picture.Width + scale - 1) / scale, (picture.Height + scale - 1) / scale);
        var text = new StringBuilder();
        for (var y = 0; y < rows; y += 4)
        {
            for (var x = 0; x < columns; x += 2)
            {
                var character = Blank;
                for (var dot = 0; dot < Dots.Length; dot++)
                {
                    if (IsSet(picture, x + (dot % 2), y + (dot / 2), scale))
                    {
                        character |= (char)Dots[dot];
                    }
                }

                text.Append(character);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static bool IsSet(Picture picture, int column, int row, int scale)
    {
        long sum = 0;
        var count = 0;
        for (var y = row * scale; y < Math.Min((row + 1) * scale, picture.Height); y++)
        {
            for (var x = column * scale; x < Math.Min((column + 1) * scale, picture.Width); x++)
            {
                sum += Brightness(picture.Pixels[(y * picture.Width) + x]);
                count++;
            }
        }

        // Half a step above the threshold, so that black sets no dot and white each.
        return sum * 32 > (2 * Thresholds[(4 * (row % 4)) + (column % 4)] + 1) * 255L * count;
    }

    // ITU-R BT.601, in 256ths.
    private static long Brightness(uint pixel) =>
        ((77 * (pixel >> 16 & 0xFF)) + (150 * (pixel >> 8 & 0xFF)) + (29 * (pixel & 0xFF))) >> 8;
}
