using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Pictures;

/// <summary>What a screen showed at a moment.</summary>
public sealed class Picture
{
    private readonly uint[] _pixels;

    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Row by row from the top left, each 0x00RRGGBB.</param>
    public Picture(int width, int height, ReadOnlySpan<uint> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, (long)width * height);
        (Width, Height, _pixels) = (width, height, pixels.ToArray());
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Row by row from the top left, each 0x00RRGGBB.</summary>
    public ReadOnlySpan<uint> Pixels => _pixels;

    /// <summary>What a screen shows now; that changes nothing in it.</summary>
    public static Picture Of(IScreen screen)
    {
        var pixels = new uint[screen.Width * screen.Height];
        screen.Draw(pixels);
        return new Picture(screen.Width, screen.Height, pixels);
    }
}
