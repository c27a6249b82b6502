using Reprise.Emulation.Devices;
using Reprise.Emulation.Pictures;

namespace Reprise.Gdb.Monitor;

/// <summary>Shows the board's screen as text.</summary>
internal sealed class ScreenCommand : MonitorCommand
{
    public override string Name => "screen";

    public override string Arguments => "[NAME]";

    public override string Summary => "what the board's screen shows here: its text, or a picture in Braille dots";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        if (ScreenChoice.Find(arguments, context, output) is { } screen)
        {
            output.Write((screen as ITextScreen)?.Text ?? BrailleText.Of(Picture.Of(screen)));
        }

        return true;
    }
}
