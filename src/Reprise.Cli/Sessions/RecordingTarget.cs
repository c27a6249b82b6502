using Reprise.Cli.Terminal;

namespace Reprise.Cli.Sessions;

/// <summary>Where a new recording goes.</summary>
internal static class RecordingTarget
{
    /// <summary>Makes sure that a recording can be made there; removes an old file if that is wanted.</summary>
    /// <exception cref="CliException">Something is there that must stay.</exception>
    public static void Prepare(string path, bool overwrite, string firmwarePath)
    {
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new CliException($"--record: '{path}' is no name for a file.");
        }

        if (!File.Exists(path))
        {
            return;
        }

        if (Path.GetFullPath(path) == Path.GetFullPath(firmwarePath))
        {
            throw new CliException("--record: the recording can't take the place of the firmware it is made of.");
        }

        if (!overwrite)
        {
            throw new CliException($"--record: '{path}' is there already; --overwrite replaces it.");
        }

        File.Delete(path);
    }
}
