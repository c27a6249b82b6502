using System.Diagnostics;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Server;

// Goal: move bytes between one client and one session, at the least cost a packet: gdb asks dozens of times a step.
//
// Invariants:
// - A packet costs two system calls, one to take it and one for all of its reply; what else is to be looked at is looked
//   at every few ms.
// - After a reply the next packet is mostly under way: looking out for it a while saves the time a processor takes to
//   sleep and to wake up. A peer that is silent for longer costs nothing.
// - While the guest runs only 0x03 counts; all bytes wait for the stop, when 0x03 means nothing.
// - What the peer sent before it went is done: gdb sends k and hangs up.

/// <summary>Serves one client until it goes or the session is over.</summary>
internal sealed class ClientConnection : IDisposable
{
    private const byte InterruptByte = 3;

    /// <summary>Bytes that wait while the guest runs. A peer that sends more meanwhile stops it.</summary>
    private const int QueueSize = 2 * 0x4000;

    /// <summary>How long a silent peer is waited for between two looks at cancellation and at other clients.</summary>
    private const int PollMicroseconds = 50_000;

    /// <summary>How often a busy peer lets us look at other clients.</summary>
    private const long BusyMilliseconds = 50;

    /// <summary>How often a run looks at the peer, which has 100 ms to interrupt it.</summary>
    private const long RunMilliseconds = 5;

    /// <summary>How often a monitor command shows that it is at work; gdb waits for 2 s.</summary>
    private const long ProgressMilliseconds = 500;

    /// <summary>
    /// How long the next packet is looked out for: twice what gdb takes to send one. With one processor the peer needs it.
    /// </summary>
    private static readonly TimeSpan LookOut =
        Environment.ProcessorCount > 1 ? TimeSpan.FromMicroseconds(50) : TimeSpan.Zero;

    private readonly ClientStream _client;
    private readonly Session _session;
    private readonly ClientSource _source;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _queue = new byte[QueueSize];
    private int _start;
    private int _end;
    private long _looked = Environment.TickCount64;
    private long _sent;
    private bool _answered;
    private bool _gone;

    public ClientConnection(
        ClientStream client, ClientSource source, IDebugTarget target, CancellationToken cancellation)
    {
        _client = client;
        _session = new Session(target);
        _source = source;
        _cancellation = cancellation;
    }

    private bool IsOver => _gone && _start == _end;

    /// <summary>Serves the peer.</summary>
    /// <returns>False when it ended the server.</returns>
    public bool Serve()
    {
        try
        {
            while (_session.State != SessionState.Ended && !IsOver && !_cancellation.IsCancellationRequested)
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
            _looked = _sent = Environment.TickCount64;
            _session.Run(Interrupted);
        }
        else if (_start < _end)
        {
            _start += _session.Feed(_queue.AsSpan(_start, _end - _start));
        }
        else
        {
            Await();
        }

        if (_session.State != SessionState.ResumeWanted)
        {
            Send();
        }
    }

    private void Await()
    {
        if (Environment.TickCount64 - _looked >= BusyMilliseconds)
        {
            RefuseOthers();
            if (_start < _end)
            {
                return;
            }
        }

        if (_answered && LookOut > TimeSpan.Zero)
        {
            var begin = Stopwatch.GetTimestamp();
            do
            {
                if (Receive(0))
                {
                    return;
                }
            }
            while (Stopwatch.GetElapsedTime(begin) < LookOut);
        }

        _answered = false;
        Receive(PollMicroseconds);
    }

    private bool Interrupted()
    {
        var now = Environment.TickCount64;
        if (now - _looked >= RunMilliseconds)
        {
            RefuseOthers();
            if (_session.RunsCommand && now - _sent >= ProgressMilliseconds)
            {
                _session.ShowProgress();
            }

            Send();
        }

        var full = _end - _start == _queue.Length;
        return _gone || full || _cancellation.IsCancellationRequested
            || _queue.AsSpan(_start, _end - _start).Contains(InterruptByte);
    }

    /// <summary>
    /// Sends away who waits meanwhile, but only when our peer is still there: whoever comes just after it went is the next
    /// client, and stays in the backlog.
    /// </summary>
    private void RefuseOthers()
    {
        _looked = Environment.TickCount64;
        Receive(0);
        if (!_gone && _source.Poll(0))
        {
            _source.Refuse();
        }
    }

    /// <summary>Puts what came behind what waits in the queue.</summary>
    /// <returns>False when nothing came in time.</returns>
    private bool Receive(int waitMicroseconds)
    {
        if (_start > 0)
        {
            _queue.AsSpan(_start, _end - _start).CopyTo(_queue);
            (_start, _end) = (0, _end - _start);
        }

        try
        {
            if (_gone || _end == _queue.Length || !_client.TryReceive(_queue.AsSpan(_end), waitMicroseconds, out var count))
            {
                return false;
            }

            _end += count;
            _gone |= count == 0;
        }
        catch (IOException)
        {
            _gone = true;
        }

        return true;
    }

    private void Send()
    {
        if (_session.Output.IsEmpty)
        {
            return;
        }

        try
        {
            if (!_gone)
            {
                _client.Send(_session.Output.Span);
                _sent = Environment.TickCount64;
                _answered = true;
            }
        }
        catch (IOException)
        {
            _gone = true;
        }

        _session.ClearOutput();
    }
}
