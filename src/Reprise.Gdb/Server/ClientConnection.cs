using System.Net.Sockets;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Server;

/// <summary>Moves bytes between one socket and one <see cref="Session"/>, until either is over.</summary>
internal sealed class ClientConnection : IDisposable
{
    private const byte InterruptByte = 3;

    /// <summary>Bytes that wait while the guest runs. A peer that sends more meanwhile stops it.</summary>
    private const int QueueSize = 2 * 0x4000;

    /// <summary>How long a client may leave a reply unread before it counts as gone.</summary>
    private const int SendTimeoutMilliseconds = 10_000;

    /// <summary>How often cancellation is looked at while the peer is silent, in microseconds.</summary>
    private const int PollMicroseconds = 50_000;

    private readonly Socket _socket;
    private readonly Session _session;
    private readonly Socket _listener;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _queue = new byte[QueueSize];
    private int _start;
    private int _end;
    private bool _gone;

    public ClientConnection(Socket socket, Socket listener, IDebugTarget target, CancellationToken cancellation)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _socket.SendTimeout = SendTimeoutMilliseconds;
        _session = new Session(target);
        _listener = listener;
        _cancellation = cancellation;
    }

    /// <summary>Serves the peer.</summary>
    /// <returns>False when it ended the server.</returns>
    public bool Serve()
    {
        try
        {
            while (_session.State != SessionState.Ended && !_gone && !_cancellation.IsCancellationRequested)
            {
                Step();
            }

            return _session.State != SessionState.Ended;
        }
        finally
        {
            _session.Close();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Step()
    {
        if (_session.State == SessionState.ResumeWanted)
        {
            _session.Run(Interrupted);
        }
        else if (_start < _end)
        {
            _start += _session.Feed(_queue.AsSpan(_start, _end - _start));
        }
        else
        {
            RefuseOthers();
            Receive(PollMicroseconds);
        }

        Send();
    }

    /// <summary>While the guest runs only 0x03 counts; all bytes wait for the stop, when 0x03 means nothing.</summary>
    private bool Interrupted()
    {
        RefuseOthers();
        Receive(0);
        var full = _end - _start == _queue.Length;
        return _gone || full || _cancellation.IsCancellationRequested
            || _queue.AsSpan(_start, _end - _start).Contains(InterruptByte);
    }

    /// <summary>
    /// Accepts and closes who waits meanwhile, but only when our peer is silent and there: whoever comes just after it
    /// went is the next client, and stays in the backlog.
    /// </summary>
    private void RefuseOthers()
    {
        try
        {
            if (_listener.Poll(0, SelectMode.SelectRead) && !_socket.Poll(0, SelectMode.SelectRead))
            {
                _listener.Accept().Dispose();
            }
        }
        catch (SocketException)
        {
            // The other one gave up before it was accepted.
        }
    }

    private void Receive(int waitMicroseconds)
    {
        if (_start > 0)
        {
            _queue.AsSpan(_start, _end - _start).CopyTo(_queue);
            (_start, _end) = (0, _end - _start);
        }

        try
        {
            if (_end < _queue.Length && _socket.Poll(waitMicroseconds, SelectMode.SelectRead))
            {
                var count = _socket.Receive(_queue.AsSpan(_end));
                _end += count;
                _gone |= count == 0;
            }
        }
        catch (SocketException)
        {
            _gone = true;
        }
    }

    private void Send()
    {
        var output = _session.Output.Span;
        try
        {
            while (!_gone && !output.IsEmpty)
            {
                output = output[_socket.Send(output)..];
            }
        }
        catch (SocketException)
        {
            _gone = true;
        }

        _session.ClearOutput();
    }
}
