using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>The options of QEMU that are known here: what they do, or that they do nothing.</summary>
internal static class QemuOptionTable
{
    /// <summary>They ask for what is so anyway.</summary>
    private static readonly string[] _quiet = ["no-user-config", "snapshot", "curses", "no-fd-bootchk"];

    private static readonly string[] _quietWithValue = ["display", "mon", "name", "k", "msg", "uuid"];

    /// <summary>They ask for something that is not there, and that a debugger can do without.</summary>
    private static readonly string[] _noted =
    [
        "no-shutdown", "singlestep", "one-insn-per-tb", "enable-kvm", "no-acpi", "no-hpet", "usb", "sdl", "full-screen", "mem-prealloc",
        "no-kvm",
    ];

    private static readonly string[] _notedWithValue =
    [
        "d", "D", "trace", "accel", "seed", "L", "overcommit", "usbdevice", "soundhw", "audiodev", "audio", "parallel", "vnc", "spice",
        "smbios", "acpitable", "object", "watchdog", "watchdog-action", "fw_cfg", "sandbox", "mem-path", "numa", "g", "tb-size",
    ];

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
                (options, value) => options.Disks.Add(drive, value));
        }

        yield return new("cdrom", "FILE", "the image of a CD", (options, value) => options.Disks.Add("cd", value));
        yield return new(
            "drive", "file=FILE,format=raw[,if=ide|floppy|none,id=ID][,media=disk|cdrom][,index=N]", "the same",
            (options, value) => options.Disks.Read(value));
        yield return new("nodefaults", null, "without the empty CD and floppy drives that a PC has",
            (options, _) => options.Disks.HasDefaults = false);
        yield return new("debugcon", "DEVICE", "a PC's port E9h, as -serial",
            (options, value) => options.Ports.AddConsole(port: null, value));
        yield return new("device", "loader,file=FILE[,addr=N]", "the firmware, or another file in memory; on a PC isa-debugcon, "
            + "isa-debug-exit, isa-serial, and ide-hd, ide-cd or floppy for a -drive if=none", QemuDevices.Read);
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
        yield return new("global", "nrf51-soc.flash-size|sram-size=BYTES", "the memories of the micro:bit; isa-debugcon.iobase; others do nothing",
            ReadGlobal);
        yield return new("m", "[size=]SIZE", "a PC's RAM, in MiB or with k, M or G; other boards have theirs", ReadMemory);
        yield return new("rtc", "base=utc|localtime|TIME", "what a PC's clock shows at power-on; 2026-01-01T00:00:00 unless given",
            (options, value) => options.Choices = options.Choices with { StartTime = QemuClock.Parse(value) });
        yield return new("boot", "[order=]DRIVES[,menu=on|off]", "what a PC's BIOS tries to boot: a, c, d; whether it asks", ReadBoot);
        yield return new("no-reboot", null, "a reset that the guest brings about ends the run",
            (options, _) => options.Choices = options.Choices with { EndsAtReset = true });
        yield return new("action", "reboot=reset|shutdown", "the same; other actions do nothing", ReadAction);
        yield return new("nographic", null, "a PC's firmware talks on the first serial port too, and Ctrl-A h tells what Ctrl-A does",
            (options, _) => (options.HasNoWindow, options.Choices) = (true, options.Choices with { HasSerialConsole = true }));
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
        new("smp", "", null, ReadProcessors),
        new("vga", "", null, ReadDisplayCard),
    ];

    private static void ReadGlobal(QemuOptions options, string value)
    {
        if (!options.Globals.TryAdd(value) && !options.Ports.TryReadGlobal(value))
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

    private static void ReadProcessors(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-smp", value, "cpus");
        if (properties["cpus"] is not (null or "1"))
        {
            options.WithoutEffect.Add($"-smp {value} (there is one processor)");
        }
    }

    private static void ReadDisplayCard(QemuOptions options, string value)
    {
        if (value != "std")
        {
            options.WithoutEffect.Add($"-vga {value} (a PC has 'std')");
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
}
