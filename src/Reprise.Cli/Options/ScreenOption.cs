using System.CommandLine;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Pictures;

namespace Reprise.Cli.Options;

/// <summary>--screen: where the picture of the board's screen goes in the end.</summary>
internal sealed class ScreenOption
{
    private readonly Option<string?> _option = new("--screen")
    {
        Description = "Writes what the board's screen shows in the end, as PNG.",
        HelpName = "FILE.png",
    };

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>To be called before the run: what it would find in vain is said at once.</summary>
    /// <returns>What writes the picture; it does nothing without the option.</returns>
    /// <exception cref="CliException">The board has no screen, or the name is none for a picture.</exception>
    public Action Prepare(ParseResult result, Machine machine)
    {
        if (result.GetValue(_option) is not { } path)
        {
            return () => { };
        }

        if (machine.Screens is not [var screen, ..])
        {
            throw new CliException("--screen: this board has no screen.");
        }

        return Path.GetExtension(path) == ".png" && !Directory.Exists(path)
            ? () => Write(screen, path)
            : throw new CliException($"--screen: '{path}' is no name for a picture; it ends in .png.");
    }

    private static void Write(IScreen screen, string path)
    {
        try
        {
            File.WriteAllBytes(path, PngWriter.ToBytes(Picture.Of(screen)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--screen: {e.Message}");
        }
    }
}
