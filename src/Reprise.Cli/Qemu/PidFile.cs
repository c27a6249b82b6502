using System.Globalization;

namespace Reprise.Cli.Qemu;

/// <summary>A file with the process id, gone with the process.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string? _path;

    /// <param name="path">Null for none.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public PidFile(string? path)
    {
        _path = path;
        if (path is not null)
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        }
    }

    public void Dispose()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }
}
