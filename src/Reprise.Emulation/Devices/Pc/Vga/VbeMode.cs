using System.Buffers.Binary;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>The modes of the VBE registers: rows of pixels, or 16 colors of four planes.</summary>
/// <param name="vbe">Say which mode.</param>
/// <param name="registers">Have the colors.</param>
internal readonly struct VbeMode(VbeRegisters vbe, VgaRegisters registers)
{
    public void Draw(ReadOnlySpan<byte> memory, Span<uint> pixels)
    {
        Span<uint> colors = stackalloc uint[16];
        VgaGeometry.ReadColors(registers, colors);
        for (var y = 0; y < vbe.Height; y++)
        {
            var row = memory[Math.Min(vbe.Start + (y * vbe.LineLength), memory.Length)..];
            for (var x = 0; x < vbe.Width; x++)
            {
                pixels[(y * vbe.Width) + x] = PixelAt(row, x, colors);
            }
        }
    }

    private uint PixelAt(ReadOnlySpan<byte> row, int x, ReadOnlySpan<uint> colors)
    {
        var bits = vbe.BitsPerPixel;
        var size = bits == 4 ? 4 : (bits + 7) / 8;
        var at = bits == 4 ? x / 8 * size : x * size;
        if (at + size > row.Length)
        {
            return 0;
        }

        var pixel = row[at..];
        switch (bits)
        {
            case 4:
                var color = 0;
                for (var plane = 0; plane < 4; plane++)
                {
                    color |= (pixel[plane] >> (7 - (x % 8)) & 1) << plane;
                }

                return colors[color];
            case 8:
                return registers.Palette[pixel[0]];
            case 15 or 16:
                return Widen(BinaryPrimitives.ReadUInt16LittleEndian(pixel), bits);
            default:
                return pixel[0] | ((uint)pixel[1] << 8) | ((uint)pixel[2] << 16);
        }
    }

    // Five or six bits to eight: the upper ones fill up what they lack.
    private static uint Widen(uint pixel, int bits)
    {
        var (blue, red) = (pixel & 31, pixel >> (bits - 5) & 31);
        var green = bits == 15 ? pixel >> 5 & 31 : pixel >> 5 & 63;
        green = bits == 15 ? (green << 3) | (green >> 2) : (green << 2) | (green >> 4);
        return ((red << 3 | red >> 2) << 16) | (green << 8) | (blue << 3) | (blue >> 2);
    }
}
