using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>
/// -gdb tcp:[HOST]:PORT, unix:PATH or stdio. QEMU listens everywhere when no host is named; here that is the loopback,
/// because whoever can connect has the guest.
/// </summary>
internal static class QemuGdbAddress
{
    /// <summary>What -s stands for.</summary>
    public const string Default = "tcp::1234";

    /// <returns>Where to listen; null for none.</returns>
    /// <exception cref="CliException">Anything else.</exception>
    public static EndPoint? Parse(string text)
    {
        // All that may follow is how QEMU listens: server, wait, delay.
        var device = text.Split(',', 2)[0];
        if (device == "none")
        {
            return null;
        }

        try
        {
            if (device == "stdio" || device.StartsWith("unix:", StringComparison.Ordinal))
            {
                return ServerAddress.Parse(device);
            }

            if (device.StartsWith("tcp:", StringComparison.Ordinal) && device.IndexOf(':', 4) >= 0)
            {
                return ServerAddress.Parse(device[4] == ':' ? device[5..] : device[4..]);
            }
        }
        catch (FormatException e)
        {
            throw new CliException($"-gdb {text}: {e.Message}.");
        }

        throw new CliException($"-gdb {text}: tcp:[HOST]:PORT, unix:PATH, stdio and none are there.");
    }
}
