using System.Net.Sockets;

namespace Reprise.Gdb.Server;

/// <summary>A client that came over TCP or a Unix socket.</summary>
internal sealed class SocketStream : ClientStream
{
    /// <summary>How long a client may leave a reply unread before it counts as gone.</summary>
    private const int SendTimeoutMilliseconds = 10_000;

    private readonly Socket _socket;

    public SocketStream(Socket socket)
    {
        _socket = socket;
        _socket.SendTimeout = SendTimeoutMilliseconds;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            _socket.NoDelay = true;
        }
    }

    public override bool Poll(int waitMicroseconds)
    {
        try
        {
            return _socket.Poll(waitMicroseconds, SelectMode.SelectRead);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override int Receive(Span<byte> buffer)
    {
        try
        {
            return _socket.Receive(buffer);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override void Dispose() => _socket.Dispose();
}
