using System.Globalization;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>
/// -nic, -net and -netdev: a socket that listens, at the board's network port. Frames on it are QEMU's: length (4 bytes, the
/// highest first), then the frame.
/// </summary>
internal static class QemuNetwork
{
    /// <summary>What the boards call their network port.</summary>
    private const string Port = "ethernet";

    /// <exception cref="CliException">A socket that does not listen on the loopback.</exception>
    public static void Read(QemuOptions options, string option, string value)
    {
        var properties = new QemuProperties(option, value, "type");
        switch (properties["type"])
        {
            case "none" or "nic":
                break;
            case "socket":
                properties.Ignore("id", "model", "mac", "vlan", "name");
                options.Network = Listen(option, properties["listen"] ?? throw new CliException(
                    $"{option} socket: only one that listens is there (listen=[HOST]:PORT)."));
                properties.CheckAllUsed();
                break;
            default:
                options.WithoutEffect.Add($"{option} {properties["type"]} (nobody is at the cable)");
                break;
        }
    }

    private static SerialChoice Listen(string option, string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? "" : address[..colon];
        if (host is not ("" or "localhost" or "127.0.0.1"))
        {
            throw new CliException($"{option}: it listens on 127.0.0.1 only, not on '{host}'.");
        }

        return ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new SerialChoice(Port, SerialKind.Tcp, TcpPort: number)
            : throw new CliException($"{option}: '{address}' is not [HOST]:PORT.");
    }
}
