using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>The options of QEMU that are known here: what they do, or that they do nothing.</summary>
internal static class QemuOptionTable
{
    /// <summary>They ask for what is so anyway.</summary>
    private static readonly string[] _quiet = ["nographic", "nodefaults", "no-user-config"];

    private static readonly string[] _quietWithValue = ["display", "vga", "mon", "name", "smp"];

    /// <summary>They ask for something that is not there, and that a debugger can do without.</summary>
    private static readonly string[] _noted = ["no-acpi", "no-hpet", "no-shutdown", "singlestep", "one-insn-per-tb", "enable-kvm"];

    private static readonly string[] _notedWithValue = ["d", "D", "trace", "accel", "seed", "L", "overcommit"];

    public static IReadOnlyList<QemuOption> All { get; } = [.. Described(), .. WithoutEffect()];

    /// <param name="name">With one dash or two.</param>
    /// <returns>Null when it is not known.</returns>
    public static QemuOption? Find(string name) =>
        All.FirstOrDefault(option => "-" + option.Name == name || "--" + option.Name == name);

    private static IEnumerable<QemuOption> Described()
    {
        yield return new("M", "BOARD", "the board; 'help' lists them", QemuMachines.ReadMachine);
        yield return new("machine", "BOARD", "the same", QemuMachines.ReadMachine);
        yield return new("cpu", "NAME", "must be the board's own", QemuMachines.ReadProcessor);
        yield return new("kernel", "FILE", "the firmware", (options, value) => options.Kernel = value);
        yield return new("bios", "FILE", "a PC's BIOS; Debian's SeaBIOS unless given",
            (options, value) => options.Bios = value);
        foreach (var drive in new[] { "hda", "hdb", "hdc", "hdd", "fda", "fdb" })
        {
            yield return new(drive, "FILE", "a raw disk image, never written",
                (options, value) => options.Disks.Add((drive, value)));
        }

        yield return new("cdrom", "FILE", "the image of a CD", (options, value) => options.Disks.Add(("cd", value)));
        yield return new(
            "drive", "file=FILE,format=raw[,if=ide|floppy][,media=disk|cdrom][,index=N]", "the same", ReadDrive);
        yield return new("debugcon", "DEVICE", "a PC's port E9h, as -serial",
            (options, value) => options.DebugConsoles.Add(("console", value)));
        yield return new("device", "loader,file=FILE[,addr=N]", "the firmware, or another file in memory; on a PC isa-debugcon at 0x402 or 0xe9, "
            + "isa-debug-exit at 0xf4", ReadDevice);
        yield return new("initrd", "FILE", "the initial RAM disk of a Linux kernel", (options, value) => options.Initrd = value);
        yield return new("append", "TEXT", "a Linux kernel's command line; goes behind the file's name in semihosting's",
            (options, value) => options.Append = value);
        yield return new("s", null, $"-gdb {QemuGdbAddress.Default}",
            (options, _) => options.Gdb = QemuGdbAddress.Parse(QemuGdbAddress.Default));
        yield return new("S", null, "waits for the debugger before the first instruction",
            (options, _) => options.Waits = true);
        yield return new("gdb", "DEVICE", "tcp:[HOST]:PORT (without a host the loopback only), unix:PATH, stdio or none",
            (options, value) => options.Gdb = QemuGdbAddress.Parse(value));
        yield return new("serial", "DEVICE", "for uart0, uart1, ...: stdio, mon:stdio, null, none, file:PATH, "
            + "tcp::PORT,server, pty, pipe:PATH, chardev:ID", (options, value) => options.Serials.Add(value));
        yield return new("chardev", "BACKEND,id=ID", "stdio, null, file, socket, pty or pipe, for -serial", ReadCharDevice);
        foreach (var network in new[] { "nic", "net", "netdev" })
        {
            yield return new(network, "socket,listen=[HOST]:PORT", "where the frames of the board's Ethernet go, and come from",
                (options, value) => QemuNetwork.Read(options, "-" + network, value));
        }

        yield return new("semihosting", null, "answers semihosting calls",
            (options, _) => options.Semihosting = options.Semihosting with { Enabled = true });
        yield return new("semihosting-config", "enable=on,arg=TEXT,...", "the same, with a command line",
            (options, value) => options.Semihosting = QemuSemihosting.Parse(value));
        yield return new("semihosting-root", "DIR", "not in QEMU: the files that semihosting may see; none unless given",
            (options, value) => options.SemihostingRoot = value);
        yield return new("icount", "shift=N,rr=record|replay,rrfile=FILE",
            "2^N ns an instruction; records to FILE, or replays it", (options, value) => options.Icount = QemuIcount.Parse(value));
        yield return new("global", "nrf51-soc.flash-size|sram-size=BYTES", "the memories of the micro:bit; others do nothing",
            ReadGlobal);
        yield return new("m", "[size=]SIZE", "a PC's RAM, in MiB or with k, M or G; other boards have theirs", ReadMemory);
        yield return new("rtc", "base=utc|localtime|TIME", "what a PC's clock shows at power-on; 2026-01-01T00:00:00 unless given",
            (options, value) => options.Choices = options.Choices with { StartTime = QemuClock.Parse(value) });
        yield return new("boot", "[order=]DRIVES[,menu=on|off]", "what a PC's BIOS tries to boot: a, c, d; whether it asks", ReadBoot);
        yield return new("no-reboot", null, "a reset that the guest brings about ends the run",
            (options, _) => options.Choices = options.Choices with { EndsAtReset = true });
        yield return new("action", "reboot=reset|shutdown", "the same; other actions do nothing", ReadAction);
        yield return new("pidfile", "FILE", "where the process id goes", (options, value) => options.PidFile = value);
        yield return new("version", null, "the version, as QEMU says it",
            (options, _) => options.Listing = QemuMachines.Version);
        yield return new("h", null, "this text", (options, _) => options.Listing = QemuHelp.Text);
        yield return new("help", null, "this text", (options, _) => options.Listing = QemuHelp.Text);
    }

    private static IEnumerable<QemuOption> WithoutEffect() =>
    [
        .. _quiet.Select(name => new QemuOption(name, null, null, (_, _) => { })),
        .. _quietWithValue.Select(name => new QemuOption(name, "", null, (_, _) => { })),
        .. _noted.Select(name => new QemuOption(name, null, null, (options, _) => options.WithoutEffect.Add("-" + name))),
        .. _notedWithValue.Select(
            name => new QemuOption(name, "", null, (options, _) => options.WithoutEffect.Add("-" + name))),
        new("monitor", "", null, ReadMonitor),
    ];

    private static void ReadGlobal(QemuOptions options, string value)
    {
        if (!options.Globals.TryAdd(value))
        {
            options.WithoutEffect.Add("-global " + value);
        }
    }

    private static void ReadMemory(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-m", value, "size");
        properties.Ignore("slots", "maxmem");
        var size = properties.Needed("size");
        properties.CheckAllUsed();
        try
        {
            // A number alone is one of MiB.
            var bytes = Quantity.ParseSize(char.IsAsciiDigit(size.Length == 0 ? ' ' : size[^1]) ? size + "M" : size);
            options.Choices = options.Choices with { RamSize = (ulong)bytes };
        }
        catch (FormatException e)
        {
            throw new CliException($"-m {value}: {e.Message}.");
        }
    }

    private static void ReadAction(QemuOptions options, string value)
    {
        foreach (var action in value.Split(','))
        {
            if (action.StartsWith("reboot=", StringComparison.Ordinal))
            {
                options.Choices = options.Choices with { EndsAtReset = action == "reboot=shutdown" };
            }
            else
            {
                options.WithoutEffect.Add("-action " + action);
            }
        }
    }

    private static void ReadBoot(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-boot", value, "order");
        properties.Ignore("splash", "splash-time", "reboot-timeout", "strict");
        options.Choices = options.Choices with
        {
            BootOrder = properties["order"],
            BootOnce = properties["once"],
            BootMenu = properties["menu"] is null ? null : properties.Switch("menu", unlessGiven: false),
        };
        properties.CheckAllUsed();
    }

    private static void ReadMonitor(QemuOptions options, string value)
    {
        if (value is not ("none" or "null" or "/dev/null"))
        {
            options.WithoutEffect.Add("-monitor (gdb's 'monitor' is there)");
        }
    }

    private static void ReadCharDevice(QemuOptions options, string value)
    {
        var (id, device) = QemuCharDevice.ParseBackend(value);
        if (!options.Devices.TryAdd(id, device))
        {
            throw new CliException($"-chardev: '{id}' is there twice.");
        }
    }

    private static void ReadDrive(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-drive", value, "file");
        properties.Ignore("cache", "snapshot", "id", "readonly");
        var file = properties.Needed("file");
        if (properties["format"] is { } format && format != "raw")
        {
            throw new CliException($"-drive format={format}: only raw images are there.");
        }

        var (prefix, drives) = properties["if"] switch
        {
            null or "ide" => ("hd", 4),
            "floppy" => ("fd", 2),
            var side => throw new CliException($"-drive if={side}: only ide and floppy are there."),
        };
        if (properties["media"] is "cdrom")
        {
            _ = properties["index"];
            properties.CheckAllUsed();
            options.Disks.Add(("cd", file));
            return;
        }

        var used = options.Disks.Count(disk => disk.Drive.StartsWith(prefix, StringComparison.Ordinal));
        var index = properties["index"] ?? used.ToString(CultureInfo.InvariantCulture);
        properties.CheckAllUsed();
        if (index.Length != 1 || index[0] < '0' || index[0] >= '0' + drives)
        {
            throw new CliException($"-drive index={index}: 0 to {drives - 1}.");
        }

        options.Disks.Add(($"{prefix}{(char)('a' + (index[0] - '0'))}", file));
    }

    private static void ReadDevice(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-device", value, "driver");
        switch (properties["driver"])
        {
            case "loader":
                break;
            case "isa-debugcon":
                ReadDebugConsole(options, properties);
                return;
            case "isa-debug-exit":
                ReadPort(properties, "0x501", ("0xf4", "exit"));
                properties.Ignore("iosize");
                properties.CheckAllUsed();
                return;
            default:
                throw new CliException($"-device {properties["driver"]}: only loader, isa-debugcon and isa-debug-exit are "
                    + "there; the board has its devices.");
        }

        properties.Ignore("cpu-num");
        var isRaw = properties.Switch("force-raw", unlessGiven: false);
        var file = properties.Needed("file");
        var address = properties["addr"];
        properties.CheckAllUsed();
        try
        {
            options.Loaded.Add((file, address is null ? null : Quantity.Parse(address), isRaw));
        }
        catch (FormatException e)
        {
            throw new CliException($"-device loader,addr=: {e.Message}.");
        }
    }

    private static void ReadDebugConsole(QemuOptions options, QemuProperties properties)
    {
        var port = ReadPort(properties, "0xe9", ("0xe9", "console"), ("0x402", "debug"));
        properties.Ignore("readback", "id");
        options.DebugConsoles.Add((port, "chardev:" + properties.Needed("chardev")));
        properties.CheckAllUsed();
    }

    /// <summary>The board's port for QEMU's iobase: they have their places.</summary>
    private static string ReadPort(QemuProperties properties, string usual, params (string Base, string Port)[] known)
    {
        var address = properties["iobase"] ?? usual;
        foreach (var (place, port) in known)
        {
            if (string.Equals(place, address, StringComparison.OrdinalIgnoreCase))
            {
                return port;
            }
        }

        throw new CliException($"-device {properties["driver"]},iobase={address}: the board has it at "
            + $"{string.Join(" and ", known.Select(entry => entry.Base))}.");
    }
}
