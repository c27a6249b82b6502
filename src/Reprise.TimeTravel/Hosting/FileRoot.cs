using Reprise.Emulation.Semihosting;

namespace Reprise.TimeTravel.Hosting;

/// <summary>
/// The folder that a guest's files are confined to. Names are relative to it, with '/' between folders; none leads out,
/// and symbolic links are not followed, wherever they point.
/// </summary>
internal sealed class FileRoot
{
    private readonly string _folder;

    public FileRoot(string folder)
    {
        var full = Path.GetFullPath(folder);
        _folder = Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    /// <summary>The host's path of a guest's name.</summary>
    public HostError TryResolve(string name, out string path)
    {
        path = _folder;
        if (name.Length == 0)
        {
            return HostError.NoEntry;
        }

        foreach (var part in name.Split('/'))
        {
            // The first part is empty in an absolute path; ':' and '\' are drives, streams and folders on Windows.
            if (part is "" or ".." || part.AsSpan().ContainsAny('\\', ':', '\0'))
            {
                return HostError.AccessDenied;
            }

            if (part == ".")
            {
                continue;
            }

            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return HostError.AccessDenied;
            }
        }

        return path == _folder ? HostError.AccessDenied : HostError.None;
    }
}
