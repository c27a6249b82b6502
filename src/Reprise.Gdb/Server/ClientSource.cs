using System.Net;
using System.Net.Sockets;

namespace Reprise.Gdb.Server;

/// <summary>Where clients come from.</summary>
internal abstract class ClientSource : IDisposable
{
    /// <summary>Where that is, with the port that was got.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>No client can come any more.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Whether one waits, looking so long at most.</summary>
    public abstract bool Poll(int waitMicroseconds);

    /// <summary>The one that waits; null when it gave up.</summary>
    public abstract ClientStream? Accept();

    /// <summary>Sends away the one that waits.</summary>
    public abstract void Refuse();

    public abstract void Dispose();

    /// <exception cref="SocketException">The address can't be had, as when the port is taken.</exception>
    public static ClientSource Open(EndPoint endPoint) =>
        endPoint is StandardStreamsEndPoint
            ? new StandardStreamsSource()
            : new SocketSource(endPoint);
}
