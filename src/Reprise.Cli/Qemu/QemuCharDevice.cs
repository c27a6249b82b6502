using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>A character device of QEMU: the host's side of a serial port.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The file (<see cref="SerialKind.File"/>), the pipes (<see cref="SerialKind.Pipe"/>).</param>
/// <param name="TcpPort">Where to listen (<see cref="SerialKind.Tcp"/>).</param>
/// <param name="Id">Of -chardev; null for one that -serial makes.</param>
/// <param name="Missing">What was asked for and is not there, so that the port goes nowhere; null otherwise.</param>
internal readonly record struct QemuCharDevice(
    SerialKind Kind, string Path = "", int TcpPort = 0, string? Id = null, string? Missing = null)
{
    /// <summary>On a terminal, Ctrl-C is a signal; if not, it is for the guest.</summary>
    public bool TakesSignals { get; init; } = true;

    /// <summary>QEMU's monitor is on it too: Ctrl-A begins a command.</summary>
    public bool HasMenu { get; init; }

    /// <summary>What -nographic has on the first serial port, and what mon:stdio is.</summary>
    public static QemuCharDevice Shared { get; } = new(SerialKind.Stdio) { TakesSignals = false, HasMenu = true };

    /// <summary>Reads the short form: stdio, file:PATH, tcp:HOST:PORT,server...</summary>
    /// <exception cref="CliException">Another device, or one that can't be.</exception>
    public static QemuCharDevice Parse(string option, string text)
    {
        var name = text.StartsWith("mon:", StringComparison.Ordinal) ? text[4..] : text;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? (name, "") : (name[..colon], name[(colon + 1)..]);
        return kind switch
        {
            "stdio" => name == text ? new(SerialKind.Stdio) : Shared,
            "null" => new(SerialKind.Null),
            "file" when rest.Length > 0 => new(SerialKind.File, rest),
            "tcp" => ParseTcp(option, rest),
            "pty" => new(SerialKind.Pty),
            "pipe" when rest.Length > 0 => new(SerialKind.Pipe, rest),
            "vc" => new(SerialKind.Null, Missing: $"{option} {kind}"),
            _ => throw new CliException(
                $"{option} '{text}': stdio, mon:stdio, null, none, file:PATH, tcp:[HOST]:PORT,server, pty, pipe:PATH and chardev:ID are there."),
        };
    }

    /// <summary>Reads -chardev BACKEND,id=ID,...</summary>
    /// <exception cref="CliException">Another backend, or properties that it does not have.</exception>
    public static (string Id, QemuCharDevice Device) ParseBackend(string text)
    {
        const string Option = "-chardev";
        var properties = new QemuProperties(Option, text, "backend");
        var id = properties.Needed("id");
        var hasMenu = properties.Switch("mux", unlessGiven: false);
        var takesSignals = properties.Switch("signal", unlessGiven: true);
        properties.Ignore("logfile", "logappend", "wait", "delay", "nodelay", "telnet", "reconnect", "ipv4", "ipv6");
        var device = properties.Needed("backend") switch
        {
            "stdio" => new QemuCharDevice(SerialKind.Stdio) { TakesSignals = takesSignals, HasMenu = hasMenu },
            "null" => new(SerialKind.Null),
            "file" => new(SerialKind.File, properties.Needed("path")),
            "socket" => Listen(Option, properties["host"] ?? "", properties.Needed("port"), properties.Switch("server", false)),
            "pty" => new(SerialKind.Pty, Id: id),
            "pipe" => new(SerialKind.Pipe, properties.Needed("path")),
            var other => throw new CliException($"{Option} {other}: stdio, null, file, socket (with port), pty and pipe are there."),
        };
        properties.CheckAllUsed();
        return (id, device);
    }

    /// <summary>The choice for a port of the board.</summary>
    /// <param name="port">Its name.</param>
    /// <param name="label">What QEMU calls a device that has no id.</param>
    public SerialChoice For(string port, string label) =>
        new(port, Kind, Path, TcpPort, Label: Kind == SerialKind.Pty ? Id ?? label : null)
        {
            TakesSignals = TakesSignals,
            HasMenu = HasMenu,
        };

    private static QemuCharDevice ParseTcp(string option, string text)
    {
        var address = text.Split(',', 2);
        var colon = address[0].LastIndexOf(':');
        if (colon < 0)
        {
            throw new CliException($"{option} tcp:{text}: expected tcp:[HOST]:PORT,server.");
        }

        var properties = new QemuProperties(option, address.Length > 1 ? address[1] : "");
        properties.Ignore("wait", "delay", "nodelay", "reconnect");
        var device = Listen(option, address[0][..colon], address[0][(colon + 1)..], properties.Switch("server", false));
        properties.CheckAllUsed();
        return device;
    }

    private static QemuCharDevice Listen(string option, string host, string port, bool server)
    {
        if (!server)
        {
            throw new CliException($"{option}: only a socket that listens is there (server=on).");
        }

        if (host is not ("" or "localhost" or "127.0.0.1"))
        {
            throw new CliException($"{option}: a serial port listens on 127.0.0.1 only, not on '{host}'.");
        }

        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(SerialKind.Tcp, TcpPort: number)
            : throw new CliException($"{option}: '{port}' is no port.");
    }
}
