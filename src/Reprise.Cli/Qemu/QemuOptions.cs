using System.Net;
using Reprise.Cli.Options;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Qemu;

/// <summary>What a command line of QEMU asks for, option by option.</summary>
internal sealed class QemuOptions
{
    /// <summary>The emulator that is meant, by the end of its name: i386 of qemu-system-i386. Null where none was named.</summary>
    public string? Emulator { get; set; }

    public string? Machine { get; set; }

    public string? Processor { get; set; }

    /// <summary>-cpu asks for NX besides.</summary>
    public bool AddsNx { get; set; }

    /// <summary>-global, as far as it changes something here.</summary>
    public QemuGlobals Globals { get; } = new();

    public string? Kernel { get; set; }

    /// <summary>The initial RAM disk of a Linux kernel.</summary>
    public string? Initrd { get; set; }

    /// <summary>Command line: of a Linux kernel; behind the firmware's name, for semihosting.</summary>
    public string? Append { get; set; }

    /// <summary>-device loader: the file, the address of a raw one, and whether it is raw whatever it looks like.</summary>
    public List<(string Path, ulong? Address, bool IsRaw)> Loaded { get; } = [];

    public EndPoint? Gdb { get; set; }

    /// <summary>The first instruction waits for the debugger.</summary>
    public bool Waits { get; set; }

    /// <summary>-bios: what a PC starts with.</summary>
    public string? Bios { get; set; }

    /// <summary>-hda and the like.</summary>
    public QemuDrives Disks { get; } = new();

    /// <summary>-debugcon, isa-debugcon and isa-debug-exit.</summary>
    public QemuPorts Ports { get; } = new();

    /// <summary>-serial, in order; without any, uart0 is the console.</summary>
    public List<string> Serials { get; } = [];

    /// <summary>-nographic: Ctrl-A begins a command on a first serial port that nothing else is said of.</summary>
    public bool HasNoWindow { get; set; }

    /// <summary>-nic and the like: what the board's network port is joined to; null for nothing.</summary>
    public SerialChoice? Network { get; set; }

    /// <summary>-chardev, by id.</summary>
    public Dictionary<string, QemuCharDevice> Devices { get; } = [];

    public QemuSemihosting Semihosting { get; set; }

    /// <summary>Ours: the folder whose files semihosting may see; QEMU shows all that the user has.</summary>
    public string? SemihostingRoot { get; set; }

    public QemuIcount Icount { get; set; }

    /// <summary>-m and -rtc.</summary>
    public BoardChoices Choices { get; set; }

    public string? PidFile { get; set; }

    /// <summary>A text to print instead of running: a list, the version, the help.</summary>
    public string? Listing { get; set; }

    /// <summary>Options that change nothing here.</summary>
    public List<string> WithoutEffect { get; } = [];
}
