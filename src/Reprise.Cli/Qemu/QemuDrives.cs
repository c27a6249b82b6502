using System.Globalization;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>The disk images of a command line: -hda and the like, -drive, and -device of one that has no place yet.</summary>
internal sealed class QemuDrives
{
    private const string Disk = "hd";
    private const string Floppy = "fd";
    private const string Disc = "cd";

    /// <summary>Where QEMU, and the board, has the CD: that of hdc.</summary>
    private const int DiscIndex = 2;

    private readonly List<(string Drive, string Path)> _all = [];
    private readonly Dictionary<string, (string Path, bool IsDisc)> _withoutPlace = [];

    private readonly List<string> _attached = [];

    /// <summary>False with -nodefaults.</summary>
    public bool HasDefaults { get; set; } = true;

    /// <summary>Drives that are there without a disk: the CD's and floppy A, unless something was asked for that takes their place.</summary>
    public IReadOnlyList<string> Empty
    {
        get
        {
            var isDiscTaken = _attached.Exists(driver => driver is "ide-hd" or "ide-cd")
                || IsThere(Disc) || IsThere(Name(Disk, DiscIndex));
            var isFloppyTaken = _attached.Contains("floppy") || IsThere(Name(Floppy, 0));
            List<string> empty = [.. isDiscTaken ? [] : (string[])[Disc], .. isFloppyTaken ? [] : (string[])[Name(Floppy, 0)]];
            return HasDefaults ? empty : [];
        }
    }

    /// <summary>Drives of the board, and files.</summary>
    public IReadOnlyList<(string Drive, string Path)> All => _all;

    /// <summary>-hda and the like.</summary>
    public void Add(string drive, string path) => _all.Add((drive, path));

    /// <summary>-drive.</summary>
    /// <exception cref="CliException">A drive that is not there, or properties that make a difference.</exception>
    public void Read(string value)
    {
        var properties = new QemuProperties("-drive", value, "file");
        properties.Ignore(
            "cache", "snapshot", "readonly", "read-only", "aio", "discard", "detect-zeroes", "werror", "rerror", "copy-on-read",
            "file.locking");
        var file = properties.Needed("file");
        if (properties["format"] is { } format && format != "raw")
        {
            throw new CliException($"-drive format={format}: only raw images are there.");
        }

        var id = properties["id"];
        var isDisc = properties["media"] switch
        {
            null or "disk" => false,
            "cdrom" => true,
            var media => throw new CliException($"-drive media={media}: disk and cdrom are there."),
        };
        switch (properties["if"])
        {
            case "none":
                properties.CheckAllUsed();
                _withoutPlace[id ?? throw new CliException("-drive if=none needs id=..., by which -device names it.")] =
                    (file, isDisc);
                return;
            case null or "ide":
                Place(properties, isDisc ? Disc : Disk, file, "-drive");
                return;
            case "floppy":
                Place(properties, Floppy, file, "-drive");
                return;
            case var side:
                throw new CliException($"-drive if={side}: only ide, floppy and none are there.");
        }
    }

    /// <summary>-device ide-hd, ide-cd or floppy: the place of a -drive that has none.</summary>
    /// <exception cref="CliException">There is no such drive, or no such place.</exception>
    public void Attach(QemuProperties properties, string driver)
    {
        var option = $"-device {driver}";
        _attached.Add(driver);
        var name = properties.Needed("drive");
        if (!_withoutPlace.Remove(name, out var drive))
        {
            throw new CliException($"{option}: there is no -drive if=none,id={name} before it.");
        }

        properties.Ignore("id", "bootindex", "serial", "model", "rotation_rate", "logical_block_size", "physical_block_size");
        Place(properties, driver switch { "floppy" => Floppy, "ide-cd" => Disc, _ => drive.IsDisc ? Disc : Disk }, drive.Path, option);
    }

    private void Place(QemuProperties properties, string kind, string file, string option)
    {
        const int UnitsOfABus = 2;
        var places = kind == Floppy ? 2 : 4;
        var bus = properties["bus"] is { } text ? Number(text[(text.LastIndexOf('.') + 1)..], option, "bus") : (int?)null;
        var unit = properties["unit"] is { } within ? Number(within, option, "unit") : (int?)null;
        var index = properties["index"] is { } given ? Number(given, option, "index")
            : unit is { } number ? (bus ?? 0) * UnitsOfABus + number
            : bus is { } only ? FirstFree(kind, only * UnitsOfABus)
            : FirstFree(kind, 0);
        properties.CheckAllUsed();
        if (kind == Disc)
        {
            // There is one, wherever it is asked for.
            _all.Add((Disc, file));
            return;
        }

        if (index >= places)
        {
            throw new CliException($"{option} index={index}: 0 to {places - 1}.");
        }

        _all.Add((Name(kind, index), file));
    }

    private bool IsThere(string drive) => _all.Exists(entry => entry.Drive == drive);

    private int FirstFree(string kind, int from)
    {
        var index = from;
        while (_all.Exists(entry => entry.Drive == Name(kind, index)
            || (kind == Disk && index == DiscIndex && entry.Drive == Disc)))
        {
            index++;
        }

        return index;
    }

    private static string Name(string kind, int index) => $"{kind}{(char)('a' + index)}";

    private static int Number(string text, string option, string key) =>
        text.Length == 1 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CliException($"{option} {key}={text}: a number of one digit is expected.");
}
