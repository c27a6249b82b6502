using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Server;

/// <summary>Moves bytes between one client and one <see cref="Session"/>, until either is over.</summary>
internal sealed class ClientConnection : IDisposable
{
    private const byte InterruptByte = 3;

    /// <summary>Bytes that wait while the guest runs. A peer that sends more meanwhile stops it.</summary>
    private const int QueueSize = 2 * 0x4000;

    /// <summary>How often cancellation is looked at while the peer is silent, in microseconds.</summary>
    private const int PollMicroseconds = 50_000;

    private readonly ClientStream _client;
    private readonly Session _session;
    private readonly ClientSource _source;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _queue = new byte[QueueSize];
    private int _start;
    private int _end;
    private bool _gone;

    public ClientConnection(
        ClientStream client, ClientSource source, IDebugTarget target, CancellationToken cancellation)
    {
        _client = client;
        _session = new Session(target);
        _source = source;
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

    public void Dispose() => _client.Dispose();

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
    /// Sends away who waits meanwhile, but only when our peer is silent and there: whoever comes just after it went is
    /// the next client, and stays in the backlog.
    /// </summary>
    private void RefuseOthers()
    {
        try
        {
            if (_source.Poll(0) && !_client.Poll(0))
            {
                _source.Refuse();
            }
        }
        catch (IOException)
        {
            _gone = true;
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
            if (!_gone && _end < _queue.Length && _client.Poll(waitMicroseconds))
            {
                var count = _client.Receive(_queue.AsSpan(_end));
                _end += count;
                _gone |= count == 0;
            }
        }
        catch (IOException)
        {
            _gone = true;
        }
    }

    private void Send()
    {
        try
        {
            if (!_gone && !_session.Output.IsEmpty)
            {
                _client.Send(_session.Output.Span);
            }
        }
        catch (IOException)
        {
            _gone = true;
        }

        _session.ClearOutput();
    }
}
