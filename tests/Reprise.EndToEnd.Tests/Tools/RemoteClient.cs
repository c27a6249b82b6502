using System.Net.Sockets;
using System.Text;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>The bare protocol, where a test must know when a byte is sent and when its answer comes.</summary>
internal sealed class RemoteClient : IDisposable
{
    private readonly TcpClient _client;
    private readonly StringBuilder _received = new();

    public RemoteClient(int port)
    {
        _client = new TcpClient("127.0.0.1", port) { NoDelay = true, ReceiveTimeout = 60_000 };
        Ask("qSupported:swbreak+;hwbreak+");
    }

    public string Ask(string packet)
    {
        Send(packet);
        return Receive();
    }

    /// <summary>What a monitor command prints.</summary>
    public string Monitor(string command)
    {
        Send("qRcmd," + Convert.ToHexString(Encoding.ASCII.GetBytes(command)));
        var text = new StringBuilder();
        for (var reply = Receive(); reply != "OK"; reply = Receive())
        {
            text.Append(Encoding.ASCII.GetString(Convert.FromHexString(reply[1..])));
        }

        return text.ToString();
    }

    public void Send(string packet) =>
        Write($"${packet}#{packet.Sum(letter => letter) & 0xff:x2}");

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Write("\x03");

    public string Receive()
    {
        var buffer = new byte[65536];
        while (true)
        {
            var text = _received.ToString();
            var start = text.IndexOf('$', StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf('#', start);
            if (end >= 0 && text.Length >= end + 3)
            {
                _received.Remove(0, end + 3);
                Write("+");
                return text[(start + 1)..end];
            }

            var count = _client.GetStream().Read(buffer);
            Assert.That(count, Is.GreaterThan(0), "the server is there");
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    public void Dispose() => _client.Dispose();

    private void Write(string text) => _client.GetStream().Write(Encoding.Latin1.GetBytes(text));
}
