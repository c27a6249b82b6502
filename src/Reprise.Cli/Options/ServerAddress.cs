using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Reprise.Gdb.Server;

namespace Reprise.Cli.Options;

/// <summary>
/// [HOST:]PORT, [IPV6]:PORT, unix:PATH or stdio. Without a host it is the loopback: whoever can connect has the guest.
/// </summary>
internal static class ServerAddress
{
    public const string Syntax = "[HOST:]PORT|unix:PATH|stdio";

    private const string UnixPrefix = "unix:";

    /// <exception cref="FormatException">No port, a host that nobody knows, or a path that is no socket's.</exception>
    public static EndPoint Parse(string text)
    {
        if (text == "stdio")
        {
            return new StandardStreamsEndPoint();
        }

        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            return ParsePath(text[UnixPrefix.Length..]);
        }

        var colon = text.LastIndexOf(':');
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException($"'{text}' is not {Syntax} with a port of 0 to 65535");
        }

        return new IPEndPoint(colon < 0 ? IPAddress.Loopback : Resolve(text[..colon]), port);
    }

    /// <summary>The address as <see cref="Parse"/> reads it.</summary>
    public static string Text(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint ? UnixPrefix + endPoint : endPoint.ToString()!;

    private static UnixDomainSocketEndPoint ParsePath(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            throw new FormatException($"'{path}' can't be a socket's path: it is empty or too long", e);
        }
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
