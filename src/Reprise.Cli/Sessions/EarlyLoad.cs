using Reprise.Unicorn;

namespace Reprise.Cli.Sessions;

/// <summary>Loads the native library, a third of what a short run takes, while the command reads its files.</summary>
internal static class EarlyLoad
{
    /// <summary>Begins; who needs the library waits for the end, and gets the error when there is none.</summary>
    public static void Begin() => new Thread(Load) { IsBackground = true, Name = "load" }.Start();

    private static void Load()
    {
        try
        {
            _ = UnicornLibrary.Version;
        }
        catch (DllNotFoundException)
        {
            // Thrown again to whoever needs it.
        }
    }
}
