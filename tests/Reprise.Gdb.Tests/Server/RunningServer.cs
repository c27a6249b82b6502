using System.Net;
using System.Net.Sockets;
using System.Text;
using Reprise.Gdb.Server;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Tests.Server;

/// <summary>A server in a thread of its own, ended with the test.</summary>
internal sealed class RunningServer : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly GdbServer _server;
    private readonly Thread _thread;

    public RunningServer(IDebugTarget target)
        : this(target, new IPEndPoint(IPAddress.Loopback, 0))
    {
    }

    public RunningServer(IDebugTarget target, EndPoint endPoint)
    {
        _server = new GdbServer(target, endPoint);
        _thread = new Thread(() => _server.Run(_cancellation.Token)) { IsBackground = true };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_server.EndPoint).Port;

    /// <summary>Whether Run returned within that time.</summary>
    public bool Ends(int milliseconds) => _thread.Join(milliseconds);

    public TcpClient Connect()
    {
        var client = new TcpClient("127.0.0.1", Port) { NoDelay = true };
        client.ReceiveTimeout = 10_000;
        return client;
    }

    /// <summary>Sends text as it is and reads until <paramref name="ending"/> came, or the end.</summary>
    public static string Talk(TcpClient client, string sent, string ending)
    {
        client.GetStream().Write(Encoding.Latin1.GetBytes(sent));
        var received = new StringBuilder();
        while (!received.ToString().EndsWith(ending, StringComparison.Ordinal))
        {
            var value = client.GetStream().ReadByte();
            if (value < 0)
            {
                break;
            }

            received.Append((char)value);
        }

        return received.ToString();
    }

    public void Dispose()
    {
        _cancellation.Cancel();
        Assert.That(Ends(10_000), "the server ends when cancelled");
        _server.Dispose();
        _cancellation.Dispose();
    }
}
