namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// Mode 3, text of 80 x 25 in 16 colors, as a VGA's BIOS sets it (IBM VGA XGA technical reference manual, 2.9), for kernels
/// that start without one. The shapes of characters are in a BIOS's ROM: without it a picture has none, only colors.
/// </summary>
internal static class TextModeSetUp
{
    // Ports, counted from 3B0h.
    private const uint Attribute = 0x10;
    private const uint Miscellaneous = 0x12;
    private const uint Sequencer = 0x14;
    private const uint PaletteIndex = 0x18;
    private const uint PaletteData = 0x19;
    private const uint Graphics = 0x1E;
    private const uint Crtc = 0x24;
    private const byte ShowPicture = 0x20; // of the attribute index

    private static ReadOnlySpan<byte> SequencerValues => [0x03, 0x00, 0x03, 0x00, 0x02];

    private static ReadOnlySpan<byte> CrtcValues =>
    [
        0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00, 0x00, 0x00, 0x00, 0x9C, 0x8E, 0x8F, 0x28,
        0x1F, 0x96, 0xB9, 0xA3, 0xFF,
    ];

    private static ReadOnlySpan<byte> GraphicsValues => [0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0E, 0x0F, 0xFF];

    private static ReadOnlySpan<byte> AttributeValues =>
    [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F, 0x0C, 0x00, 0x0F, 0x08, 0x00,
    ];

    public static void Apply(VgaRegisters registers)
    {
        registers.Write(Miscellaneous, 0x67);
        WriteAll(registers, Sequencer, SequencerValues);
        WriteAll(registers, Crtc, CrtcValues);
        WriteAll(registers, Graphics, GraphicsValues);
        for (var i = 0; i < AttributeValues.Length; i++)
        {
            registers.Write(Attribute, (byte)i);
            registers.Write(Attribute, AttributeValues[i]);
        }

        // The 64 colors of an EGA: two bits of red, green and blue each, the upper ones in bits 2 to 0.
        registers.Write(PaletteIndex, 0);
        for (var color = 0; color < 64; color++)
        {
            for (var component = 2; component >= 0; component--)
            {
                registers.Write(PaletteData, (byte)(((color >> component & 1) * 0x2A) + ((color >> (component + 3) & 1) * 0x15)));
            }
        }

        registers.Write(Attribute, ShowPicture);
        registers.Write(Attribute, 0); // the color that was named, which is black; the next write is an index again
    }

    private static void WriteAll(VgaRegisters registers, uint port, ReadOnlySpan<byte> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            registers.Write(port, (byte)i);
            registers.Write(port + 1, values[i]);
        }
    }
}
