using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Disks;

namespace Reprise.TimeTravel.Recording;

/// <summary>A board's options as the header keeps them: keys that are missing mean what they did before there were any.</summary>
public static class RecordedOptions
{
    /// <summary>"on" when semihosting calls are answered.</summary>
    public const string Semihosting = "semihosting";

    /// <summary>Command line of a semihosting guest.</summary>
    public const string CommandLine = "cmdline";

    /// <summary>Behind it the name of a drive: SHA-256 and path of the image in it.</summary>
    public const string DiskPrefix = "disk.";

    /// <summary>Behind it the name of a device: what is in its ROM, in Base64.</summary>
    public const string RomPrefix = "rom.";

    /// <summary>Behind it a number, in the order of loading: address (- for the file's own), content in Base64, name.</summary>
    public const string LoadedPrefix = "loaded.";

    private const string On = "on";

    private const string OwnAddress = "-";

    /// <summary>Adds what a replay needs to build the same machine.</summary>
    public static void Add(IDictionary<string, string> options, BoardOptions board)
    {
        if (board.Semihosting)
        {
            options[Semihosting] = On;
            options[CommandLine] = board.CommandLine;
        }

        foreach (var (drive, image) in board.Disks)
        {
            options[DiskPrefix + drive] = $"{image.Hash} {image.Path}";
        }

        foreach (var (device, rom) in board.Roms)
        {
            options[RomPrefix + device] = Convert.ToBase64String(rom.Span);
        }

        for (var i = 0; i < board.Loaded.Count; i++)
        {
            var (name, address, content) = board.Loaded[i];
            var place = address is { } number ? $"0x{number:x}" : OwnAddress;
            options[$"{LoadedPrefix}{i}"] = $"{place} {Convert.ToBase64String(content.Span)} {Path.GetFileName(name)}";
        }
    }

    /// <summary>The options of the board that was recorded.</summary>
    /// <param name="header">Of the recording.</param>
    /// <param name="movedDisks">Paths of images that are not where they were, by drive.</param>
    /// <exception cref="InvalidDataException">
    /// A disk image is not where it is said to be, or not what it was; a drive had none; a ROM or a loaded file is no Base64.
    /// </exception>
    public static BoardOptions BoardOptionsOf(RecordingHeader header, IReadOnlyDictionary<string, string> movedDisks)
    {
        if (movedDisks.Keys.FirstOrDefault(drive => !header.Options.ContainsKey(DiskPrefix + drive)) is { } unknown)
        {
            throw new InvalidDataException($"a disk image in '{unknown}' when it was recorded");
        }

        return new BoardOptions(
            header.NanosecondsPerInstruction,
            header.Options.GetValueOrDefault(Semihosting) == On,
            header.Options.GetValueOrDefault(CommandLine, ""))
        {
            Disks = header.Options.Where(option => option.Key.StartsWith(DiskPrefix, StringComparison.Ordinal))
                .Select(option => (Drive: option.Key[DiskPrefix.Length..], option.Value))
                .ToDictionary(disk => disk.Drive, disk => OpenDisk(disk.Value, movedDisks.GetValueOrDefault(disk.Drive))),
            Roms = header.Options.Where(option => option.Key.StartsWith(RomPrefix, StringComparison.Ordinal))
                .ToDictionary(option => option.Key[RomPrefix.Length..], option => ReadRom(option.Value)),
            Loaded = [.. Enumerable.Range(0, header.Options.Count)
                .Select(i => header.Options.GetValueOrDefault($"{LoadedPrefix}{i}"))
                .TakeWhile(recorded => recorded is not null).Select(recorded => ReadLoaded(recorded!))],
        };
    }

    /// <summary>Bytes of a ROM, as the header keeps it.</summary>
    public static int RomLength(string recorded) => (recorded.Length / 4 * 3) - recorded.AsSpan().Count('=');

    private static ReadOnlyMemory<byte> ReadRom(string recorded)
    {
        try
        {
            return Convert.FromBase64String(recorded);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException("a file in Base64", e);
        }
    }

    /// <summary>A loaded file, as the header keeps it.</summary>
    /// <exception cref="InvalidDataException">It is not what <see cref="Add"/> wrote.</exception>
    public static LoadedFile ReadLoaded(string recorded)
    {
        ulong address = 0;
        return recorded.Split(' ', 3) is [var place, var content, var name]
            && (place == OwnAddress || (place.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(
                place.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)))
            ? new LoadedFile(name, place == OwnAddress ? null : address, ReadRom(content))
            : throw new InvalidDataException("a loaded file: address, content and name");
    }

    private static IDiskImage OpenDisk(string recorded, string? moved)
    {
        var blank = recorded.IndexOf(' ', StringComparison.Ordinal);
        var (hash, path) = blank > 0 ? (recorded[..blank], recorded[(blank + 1)..]) : ("", recorded);
        path = moved ?? path;
        DiskImageFile image;
        try
        {
            image = new DiskImageFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"the disk image {path} that was recorded with: {e.Message}", e);
        }

        if (image.Hash != hash)
        {
            image.Dispose();
            throw new InvalidDataException($"the disk image {path} as it was, with the SHA-256 {hash}");
        }

        return image;
    }
}
