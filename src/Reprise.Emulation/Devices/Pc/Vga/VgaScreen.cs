using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>What a VGA shows, in whatever mode its registers say.</summary>
/// <param name="registers">Of the VGA.</param>
/// <param name="vbe">Of its larger modes.</param>
/// <param name="memory">What is shown; null for nothing.</param>
internal sealed class VgaScreen(VgaRegisters registers, VbeRegisters vbe, RamRegion? memory)
{
    // While nothing is shown.
    private const int BlankWidth = 640;
    private const int BlankHeight = 400;

    // 70 pictures a second, of 449 lines of which 49 are not shown (modes of 400 lines); times in ns.
    private const ulong PictureTime = 14_268_000;
    private const ulong LineTime = 31_778;
    private const ulong LinesShown = 400;
    private const ulong RetraceLine = 412;
    private const ulong RetraceEnd = 414;
    private const ulong DotsShownTime = 25_422;

    public int Width => !registers.IsShown ? BlankWidth : vbe.IsEnabled ? vbe.Width : IsText ? TextMode.Width : Graphics.Width;

    public int Height => !registers.IsShown ? BlankHeight : vbe.IsEnabled ? vbe.Height : IsText ? TextMode.Height : Graphics.Height;

    public string? Text => memory is not null && registers.IsShown && !vbe.IsEnabled && IsText
        ? TextMode.ReadText(memory.Bytes)
        : null;

    private bool IsText => (registers.Graphics[6] & 1) == 0;

    private VgaTextMode TextMode => new(registers);

    private VgaGraphicsMode Graphics => new(registers);

    /// <summary>Input status register 1. Bit 0: nothing is drawn at this moment; bit 3: the beam goes back to the top.</summary>
    /// <param name="time">Virtual time in ns.</param>
    public static byte StatusAt(ulong time)
    {
        var (line, dot) = (time % PictureTime / LineTime, time % PictureTime % LineTime);
        return (byte)((line >= LinesShown || dot >= DotsShownTime ? 1 : 0) | (line is >= RetraceLine and < RetraceEnd ? 8 : 0));
    }

    public void Draw(Span<uint> pixels)
    {
        if (memory is null || !registers.IsShown)
        {
            pixels.Clear();
        }
        else if (vbe.IsEnabled)
        {
            new VbeMode(vbe, registers).Draw(memory.Bytes, pixels);
        }
        else if (IsText)
        {
            TextMode.Draw(memory.Bytes, pixels);
        }
        else
        {
            Graphics.Draw(memory.Bytes, pixels);
        }
    }
}
