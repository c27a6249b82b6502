using Reprise.Emulation.Devices;

namespace Reprise.Gdb.Monitor;

/// <summary>Which screen a command is about.</summary>
internal static class ScreenChoice
{
    /// <summary>The one that is named, else the first; null, when the user has been told that there is none.</summary>
    public static IScreen? Find(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var screens = context.Timeline.Machine.Screens;
        var found = arguments.Count == 0
            ? screens.FirstOrDefault()
            : screens.FirstOrDefault(screen => screen.Name == arguments[0]);
        if (found is null)
        {
            output.Write(screens.Count == 0
                ? "this board has no screen\n"
                : $"the screens are: {string.Join(", ", screens.Select(screen => screen.Name))}\n");
        }

        return found;
    }
}
