using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>A TCP port for a program that can't choose one itself.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Asks the kernel: to connect would be a client already.</summary>
    public static bool IsListening(int port) =>
        File.ReadAllText("/proc/net/tcp").Contains(
            string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4} 00000000:0000 0A"), StringComparison.Ordinal);
}
