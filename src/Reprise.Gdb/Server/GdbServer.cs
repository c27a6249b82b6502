using System.Net;
using System.Net.Sockets;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Server;

/// <summary>
/// Serves gdb over TCP, one client at a time and one after another; a second one meanwhile is accepted and closed. When
/// a connection drops, the target stays where it is for the next. The protocol has no passwords: whoever can connect
/// has the guest, so the end point should be a loopback address.
/// </summary>
public sealed class GdbServer : IDisposable
{
    private const int PollMicroseconds = 50_000;

    private readonly Socket _listener;
    private readonly IDebugTarget _target;

    /// <summary>Listens at once on a free loopback port.</summary>
    public GdbServer(IDebugTarget target)
        : this(target, new IPEndPoint(IPAddress.Loopback, 0))
    {
    }

    /// <summary>Listens at once, so that a client may connect before <see cref="Run"/>.</summary>
    /// <param name="target">What is debugged.</param>
    /// <param name="endPoint">Where to listen; port 0 takes a free one.</param>
    /// <exception cref="SocketException">The address can't be had, as when the port is taken.</exception>
    public GdbServer(IDebugTarget target, IPEndPoint endPoint)
    {
        _target = target;
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>
    /// Serves clients in the caller's thread, where the target runs too, until one ends the server (k, a monitor
    /// command) or <paramref name="cancellation"/> asks. Does not throw for either.
    /// </summary>
    public void Run(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (_target is IBackgroundTarget { RunsAlone: true } alone && !alone.RunAlone(() => IsWanted(cancellation)))
            {
                return;
            }

            if (Accept() is not { } socket)
            {
                continue;
            }

            using var connection = new ClientConnection(socket, _listener, _target, cancellation);
            if (!connection.Serve())
            {
                return;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private bool IsWanted(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested || _listener.Poll(0, SelectMode.SelectRead);

    private Socket? Accept()
    {
        try
        {
            return _listener.Poll(PollMicroseconds, SelectMode.SelectRead) ? _listener.Accept() : null;
        }
        catch (SocketException)
        {
            // The client gave up before it was accepted.
            return null;
        }
    }
}
