using System.Net;
using System.Net.Sockets;

namespace Reprise.Cli.Serial;

/// <summary>
/// A loopback port with one client at a time. Output is lost while nobody is connected, as on a cable that is not plugged in; a
/// client that reads nothing for long is dropped, so that it can't stop the guest.
/// </summary>
internal sealed class TcpCable : TwoWayStream
{
    private const int SendTimeoutMilliseconds = 2_000;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile Socket? _client;

    /// <param name="port">Where to listen; 0 takes a free one.</param>
    /// <exception cref="SocketException">The port can't be had.</exception>
    public TcpCable(int port)
    {
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (true)
            {
                _client ??= Accept();
                if (Receive(_client, buffer) is > 0 and var count)
                {
                    return count;
                }

                _client.Dispose();
                _client = null;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _client?.Send(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Who reads sees that it is gone.
            _client?.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _listener.Dispose();
        _client?.Dispose();
        base.Dispose(disposing);
    }

    /// <returns>0 when the client is gone: the next one may come.</returns>
    private static int Receive(Socket client, Span<byte> buffer)
    {
        try
        {
            return client.Receive(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private Socket Accept()
    {
        var client = _listener.Accept();
        client.NoDelay = true;
        client.SendTimeout = SendTimeoutMilliseconds;
        return client;
    }
}
