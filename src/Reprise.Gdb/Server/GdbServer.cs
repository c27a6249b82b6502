using System.Net;
using System.Net.Sockets;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Server;

/// <summary>
/// Serves gdb, one client at a time and one after another; a second one meanwhile is told so and sent away. When a
/// connection drops, the target stays where it is for the next. The protocol has no passwords: whoever can connect has
/// the guest, so the end point should be a loopback address or a Unix socket.
/// </summary>
public sealed class GdbServer : IDisposable
{
    private const int PollMicroseconds = 50_000;

    private readonly ClientSource _source;
    private readonly IDebugTarget _target;

    /// <summary>Listens at once on a free loopback port.</summary>
    public GdbServer(IDebugTarget target)
        : this(target, new IPEndPoint(IPAddress.Loopback, 0))
    {
    }

    /// <summary>Listens at once, so that a client may connect before <see cref="Run"/>.</summary>
    /// <param name="target">What is debugged.</param>
    /// <param name="endPoint">
    /// Where to listen: TCP (port 0 takes a free one), a Unix socket, or a <see cref="StandardStreamsEndPoint"/>.
    /// </param>
    /// <exception cref="SocketException">The address can't be had, as when the port is taken.</exception>
    public GdbServer(IDebugTarget target, EndPoint endPoint)
    {
        _target = target;
        _source = ClientSource.Open(endPoint);
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public EndPoint EndPoint => _source.EndPoint;

    /// <summary>
    /// Serves clients in the caller's thread, where the target runs too, until one ends the server (k, a monitor
    /// command), none can come any more, or <paramref name="cancellation"/> asks. Does not throw for either.
    /// </summary>
    public void Run(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && !_source.IsOver)
        {
            if (_target is IBackgroundTarget { RunsAlone: true } alone && !alone.RunAlone(() => IsWanted(cancellation)))
            {
                return;
            }

            if (!_source.Poll(PollMicroseconds) || _source.Accept() is not { } client)
            {
                continue;
            }

            using var connection = new ClientConnection(client, _source, _target, cancellation);
            if (!connection.Serve())
            {
                return;
            }
        }
    }

    public void Dispose() => _source.Dispose();

    private bool IsWanted(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested || _source.Poll(0);
}
