using System.CommandLine;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Options;

/// <summary>--disk: what is in the board's drives.</summary>
internal sealed class DiskOption
{
    private readonly Option<string[]> _option;

    /// <param name="isOfReplay">It says where the images of a recording are now.</param>
    public DiskOption(bool isOfReplay = false) => _option = new("--disk")
    {
        Description = isOfReplay
            ? "Says where a drive's disk image is now, if not where it was; its content must be the same."
            : "Puts a raw disk image into a drive of the board, such as hda. The file is never written.",
        HelpName = "DRIVE=FILE",
    };

    public Option Option => _option;

    /// <summary>Opens the images that were named.</summary>
    /// <exception cref="CliException">A drive is named twice, or a file can't be read.</exception>
    public IReadOnlyDictionary<string, IDiskImage> Read(ParseResult result) => Open(Choices(result));

    /// <summary>Paths by drive.</summary>
    /// <exception cref="CliException">A drive is named twice.</exception>
    public IReadOnlyDictionary<string, string> ReadPaths(ParseResult result)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (drive, path) in Choices(result))
        {
            if (!paths.TryAdd(drive, path))
            {
                throw new CliException($"the drive '{drive}' has two disk images.");
            }
        }

        return paths;
    }

    /// <summary>Opens images for drives.</summary>
    /// <exception cref="CliException">A drive is named twice, or a file can't be read.</exception>
    public static IReadOnlyDictionary<string, IDiskImage> Open(IEnumerable<(string Drive, string Path)> choices)
    {
        var disks = new SortedDictionary<string, IDiskImage>(StringComparer.Ordinal);
        foreach (var (drive, path) in choices)
        {
            try
            {
                if (!disks.TryAdd(drive, new DiskImageFile(path)))
                {
                    throw new CliException($"the drive '{drive}' has two disk images.");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new CliException($"disk image for '{drive}': {e.Message}");
            }
        }

        return disks;
    }

    private IEnumerable<(string Drive, string Path)> Choices(ParseResult result) =>
        (result.GetValue(_option) ?? []).Select(text => text.Split('=', 2) is [var drive, var path]
            ? (drive, path)
            : throw new CliException($"--disk: DRIVE=FILE expected, such as hda=disk.img, not '{text}'."));

    /// <summary>Refuses images for drives that the board does not have.</summary>
    /// <exception cref="CliException">There is one.</exception>
    public static void Check(Machine machine, IEnumerable<string> drives)
    {
        var known = machine.Devices.Select(mapping => mapping.Device).OfType<IDiskDrive>()
            .Select(drive => drive.Name).ToList();
        if (drives.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new CliException(known.Count == 0
                ? $"there is no drive '{unknown}': the board has none."
                : $"there is no drive '{unknown}'; the board has {string.Join(", ", known)}.");
        }
    }
}
