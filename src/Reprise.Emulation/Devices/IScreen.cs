namespace Reprise.Emulation.Devices;

/// <summary>A device that shows a picture. What it shows is worked out from its state when somebody looks.</summary>
public interface IScreen
{
    /// <summary>Name on its board.</summary>
    string Name { get; }

    /// <summary>Pixels in a row; software may change it.</summary>
    int Width { get; }

    /// <summary>Rows; software may change it.</summary>
    int Height { get; }

    /// <summary>
    /// Draws the picture at this moment, from the top left, row by row: <see cref="Width"/> x <see cref="Height"/> pixels,
    /// each 0x00RRGGBB. It changes nothing (law 6).
    /// </summary>
    void Draw(Span<uint> pixels);
}
