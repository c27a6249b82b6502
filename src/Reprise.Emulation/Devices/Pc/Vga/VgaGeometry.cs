namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>What all of a VGA's modes work out alike.</summary>
internal static class VgaGeometry
{
    /// <summary>Lines that the monitor draws, from the vertical display end and its two upper bits.</summary>
    public static int ScanLines(VgaRegisters registers)
    {
        var overflow = registers.Crtc[7];
        return (registers.Crtc[0x12] | ((overflow & 2) << 7) | ((overflow & 0x40) << 3)) + 1;
    }

    /// <summary>The line behind which the picture begins at address 0 again.</summary>
    public static int LineCompare(VgaRegisters registers) =>
        registers.Crtc[0x18] | ((registers.Crtc[7] & 0x10) << 4) | ((registers.Crtc[9] & 0x40) << 3);

    /// <summary>The 16 colors of the attribute controller.</summary>
    public static void ReadColors(VgaRegisters registers, Span<uint> colors)
    {
        var attributes = registers.Attributes;
        for (var i = 0; i < colors.Length; i++)
        {
            colors[i] = registers.Palette[(attributes[0x10] & 0x80) != 0
                ? ((attributes[0x14] & 15) << 4) | (attributes[i] & 15)
                : ((attributes[0x14] & 12) << 4) | (attributes[i] & 0x3F)];
        }
    }
}
