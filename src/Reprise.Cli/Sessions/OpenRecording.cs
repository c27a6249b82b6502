using System.Collections.ObjectModel;
using Reprise.Cli.Terminal;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Sessions;

/// <summary>Opens the recording that the user named.</summary>
internal static class OpenRecording
{
    /// <exception cref="CliException">It is a folder: the system's own message for that would mislead.</exception>
    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    /// <param name="path">The file.</param>
    /// <param name="movedDisks">Where its disk images are now, by drive.</param>
    public static RecordingFile At(string path, IReadOnlyDictionary<string, string>? movedDisks = null) =>
        Directory.Exists(path)
            ? throw new CliException($"{path}: expected a recording, not a folder.")
            : new RecordingFile(path) { MovedDisks = movedDisks ?? ReadOnlyDictionary<string, string>.Empty };
}
