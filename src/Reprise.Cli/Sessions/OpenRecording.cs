using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Sessions;

/// <summary>Opens the recording that the user named.</summary>
internal static class OpenRecording
{
    /// <exception cref="CliException">It is a folder: the system's own message for that would mislead.</exception>
    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    public static RecordingFile At(string path) =>
        Directory.Exists(path)
            ? throw new CliException($"{path}: expected a recording, not a folder.")
            : new RecordingFile(path);
}
