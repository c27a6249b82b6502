using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Reprise.Cli.Options;

/// <summary>[HOST:]PORT. Without a host it is the loopback: whoever can connect has the guest.</summary>
internal static class ServerAddress
{
    /// <exception cref="FormatException">No port, or a host that nobody knows.</exception>
    public static IPEndPoint Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException($"'{text}' is not [HOST:]PORT with a port of 0 to 65535");
        }

        return new IPEndPoint(colon < 0 ? IPAddress.Loopback : Resolve(text[..colon]), port);
    }

    private static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return address;
        }

        try
        {
            return Dns.GetHostAddresses(host).MinBy(found => found.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                ?? throw new FormatException($"the host '{host}' has no address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new FormatException($"the host '{host}' is not known: {e.Message}", e);
        }
    }
}
