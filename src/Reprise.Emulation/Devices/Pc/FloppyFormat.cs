namespace Reprise.Emulation.Devices.Pc;

/// <summary>How a floppy disk is laid out.</summary>
/// <param name="Tracks">Of a side.</param>
/// <param name="Heads">Sides.</param>
/// <param name="Sectors">Of a track.</param>
/// <param name="DriveType">What the memory of a PC's clock calls the drive: 1 for 360K to 5 for 2.88M.</param>
internal readonly record struct FloppyFormat(int Tracks, int Heads, int Sectors, int DriveType)
{
    private const int SectorSize = 512;

    private static readonly FloppyFormat[] _all =
    [
        new(80, 2, 18, 4), new(80, 2, 36, 5), new(80, 2, 15, 2), new(80, 2, 9, 3), new(40, 2, 9, 1), new(40, 2, 8, 1),
        new(40, 1, 9, 1), new(40, 1, 8, 1), new(80, 2, 20, 4), new(80, 2, 21, 4), new(82, 2, 18, 4), new(82, 2, 21, 4),
    ];

    /// <summary>A drive for 2.88M without a disk knows where nothing ends, and of no second side, as on QEMU.</summary>
    public static FloppyFormat OfNoDisk { get; } = new(256, 1, 255, 5);

    /// <summary>The format of an image of so many bytes: that size's, else 1.44M.</summary>
    public static FloppyFormat Of(long length)
    {
        foreach (var format in _all)
        {
            if ((long)format.Tracks * format.Heads * format.Sectors * SectorSize == length)
            {
                return format;
            }
        }

        return _all[0];
    }
}
