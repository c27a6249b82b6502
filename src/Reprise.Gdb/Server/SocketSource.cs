using System.Net;
using System.Net.Sockets;

namespace Reprise.Gdb.Server;

/// <summary>Listens on TCP or a Unix socket.</summary>
internal sealed class SocketSource : ClientSource
{
    private readonly Socket _listener;
    private readonly string? _path;

    /// <summary>Listens at once, so that a client may connect before anybody accepts.</summary>
    public SocketSource(EndPoint endPoint)
    {
        _path = (endPoint as UnixDomainSocketEndPoint)?.ToString();
        _listener = new Socket(
            endPoint.AddressFamily, SocketType.Stream, _path is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                _listener.DualMode = true;
            }

            RemoveStale();
            _listener.Bind(endPoint);
            if (_path is not null && !OperatingSystem.IsWindows())
            {
                // Whoever can connect has the guest.
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    public override EndPoint EndPoint => _listener.LocalEndPoint!;

    public override bool IsOver => false;

    public override bool Poll(int waitMicroseconds) => _listener.Poll(waitMicroseconds, SelectMode.SelectRead);

    public override ClientStream? Accept()
    {
        try
        {
            return new SocketStream(_listener.Accept());
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public override void Refuse()
    {
        if (Accept() is { } client)
        {
            Refusal.Send(client);
        }
    }

    public override void Dispose()
    {
        _listener.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    /// <summary>A socket file that nobody listens on is what a server that was killed left behind.</summary>
    private void RemoveStale()
    {
        // A plain file refuses connections too, and must stay.
        if (_path is null || !File.Exists(_path) || new FileInfo(_path).Length > 0)
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(_path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(_path);
        }
        catch (SocketException)
        {
            // No socket, or not ours: binding tells.
        }
    }
}
