using System.Net;
using System.Net.Sockets;

namespace Reprise.Cli.Serial;

/// <summary>
/// A loopback port with one client at a time, both ways. Output is lost while nobody is connected, as on a cable that
/// is not plugged in; a client that reads nothing for long is dropped, so that it can't stop the guest.
/// </summary>
internal sealed class TcpSide : SerialSide
{
    private const int SendTimeoutMilliseconds = 2_000;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ByteQueue _input;
    private readonly byte[] _byte = new byte[1];
    private volatile Socket? _client;

    /// <exception cref="SocketException">The port can't be had.</exception>
    public TcpSide(int port, AutoResetEvent arrival)
    {
        _input = new ByteQueue(arrival);
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

        new Thread(Serve) { IsBackground = true, Name = "serial port" }.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public override IByteSource Input => _input;

    public override void Write(byte value)
    {
        var client = _client;
        if (client is null)
        {
            return;
        }

        try
        {
            _byte[0] = value;
            client.Send(_byte);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _client = null;
            client.Dispose();
        }
    }

    public override void Dispose()
    {
        _listener.Dispose();
        _client?.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = _listener.Accept();
                client.NoDelay = true;
                client.SendTimeout = SendTimeoutMilliseconds;
                _client = client;
                Receive(client);
                _client = null;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _input.Complete();
        }
    }

    private void Receive(Socket client)
    {
        var buffer = new byte[4096];
        try
        {
            while (client.Receive(buffer) is > 0 and var count)
            {
                _input.Put(buffer.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone; the next one may come.
        }
    }
}
