using System.Net;

namespace Reprise.Gdb.Server;

/// <summary>Gives one client, whoever is at the other end of stdin and stdout.</summary>
internal sealed class StandardStreamsSource : ClientSource
{
    private StandardStreams? _client;

    public override EndPoint EndPoint { get; } = new StandardStreamsEndPoint();

    public override bool IsOver => _client is not null;

    public override bool Poll(int waitMicroseconds) => _client is null;

    public override ClientStream Accept() =>
        _client = new StandardStreams(Console.OpenStandardInput(), Console.OpenStandardOutput());

    public override void Refuse()
    {
        // There is no second one.
    }

    public override void Dispose() => _client?.Dispose();
}
