using Reprise.Emulation.Pictures;

namespace Reprise.Gdb.Monitor;

/// <summary>
/// Hands out the board's screen as a PNG file in Base64: whoever is connected may look at the guest, not write files here.
/// </summary>
internal sealed class ScreenPngCommand : MonitorCommand
{
    private const int LineLength = 76;

    public override string Name => "screen png";

    public override string Arguments => "[NAME]";

    public override string Summary => "the same as a PNG file in Base64; gdb's script writes it to a file: screen FILE";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (ScreenChoice.Find(arguments, context, output) is { } screen)
        {
            foreach (var line in Convert.ToBase64String(PngWriter.ToBytes(Picture.Of(screen))).Chunk(LineLength))
            {
                output.Write(line);
                output.Write('\n');
            }
        }

        return true;
    }
}
