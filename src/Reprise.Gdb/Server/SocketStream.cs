using System.Net.Sockets;

namespace Reprise.Gdb.Server;

/// <summary>
/// A client that came over TCP or a Unix socket. The socket does not block, so that a packet costs two system calls: one
/// takes it, one sends the reply.
/// </summary>
internal sealed class SocketStream : ClientStream
{
    /// <summary>How long a client may leave a reply unread before it counts as gone.</summary>
    private const int SendTimeoutMicroseconds = 10_000_000;

    private readonly Socket _socket;

    public SocketStream(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            _socket.NoDelay = true;
        }
    }

    public override bool TryReceive(Span<byte> buffer, int waitMicroseconds, out int count)
    {
        if (TryReceive(buffer, out count))
        {
            return true;
        }

        return waitMicroseconds > 0 && Poll(waitMicroseconds, SelectMode.SelectRead) && TryReceive(buffer, out count);
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            bytes = bytes[sent..];
            if (error == SocketError.WouldBlock)
            {
                error = Poll(SendTimeoutMicroseconds, SelectMode.SelectWrite) ? SocketError.Success : SocketError.TimedOut;
            }

            Check(error);
        }
    }

    public override void Dispose() => _socket.Dispose();

    private static void Check(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new IOException(new SocketException((int)error).Message);
        }
    }

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        Check(error);
        return true;
    }

    private bool Poll(int waitMicroseconds, SelectMode mode)
    {
        try
        {
            return _socket.Poll(waitMicroseconds, mode);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
