using System.Net.Sockets;
using System.Text;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Server;

/// <summary>Clients over a real socket that mean harm: the next one is served all the same, and memory stays flat.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostileClientTests
{
    private const string Ask = "$qC#b4";
    private const long MostBytes = 64 << 20;

    private readonly FakeTarget _target = new();

    [Test]
    public void Run_ClientThatNeverReadsReplies_IsDroppedAndTheNextServed()
    {
        using var server = new RunningServer(_target);
        using var deaf = server.Connect();
        deaf.GetStream().WriteTimeout = 1_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Pour(deaf, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("$g#67+", 10_000))), 100);
        Assert.That(AskUntilServed(server), Is.EqualTo("+$QC01#f5"));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(MostBytes));
    }

    [Test]
    public void Run_Garbage_IsSkippedAndTheSameClientServed()
    {
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        var garbage = Enumerable.Range(0, 1 << 20).Select(i => (byte)(i * 7919 >> 3))
            .Where(value => value is not ((byte)'$' or 3)).ToArray();
        client.GetStream().Write(garbage);
        Assert.That(RunningServer.Talk(client, Ask, "#f5"), Does.EndWith("+$QC01#f5"));
    }

    [Test]
    public void Run_EndlessPacket_TakesNoMemoryAndIsRefused()
    {
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        client.GetStream().Write("$"u8);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Pour(client, new byte[1 << 20].Select(_ => (byte)'m').ToArray(), 128);
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(MostBytes));
        Assert.That(RunningServer.Talk(client, "#00" + Ask, "#f5"), Does.EndWith("+$QC01#f5"));
    }

    [Test]
    public void Run_ManyClientsAtOnce_TheFirstIsServedOn()
    {
        using var server = new RunningServer(_target);
        using var first = server.Connect();
        Assert.That(RunningServer.Talk(first, Ask, "#f5"), Is.EqualTo("+$QC01#f5"));
        var others = Enumerable.Range(0, 50).Select(_ => server.Connect()).ToList();
        Assert.That(RunningServer.Talk(first, Ask, "#f5"), Is.EqualTo("+$QC01#f5"));
        others.ForEach(other => other.Dispose());
        Assert.That(RunningServer.Talk(first, Ask, "#f5"), Is.EqualTo("+$QC01#f5"));
    }

    /// <summary>Writes again and again, until all is written or nobody takes it.</summary>
    private static void Pour(TcpClient client, byte[] bytes, int times)
    {
        try
        {
            for (var i = 0; i < times; i++)
            {
                client.GetStream().Write(bytes);
            }
        }
        catch (IOException)
        {
            // The server reads no more: what it should do.
        }
    }

    private static string AskUntilServed(RunningServer server)
    {
        while (true)
        {
            using var client = server.Connect();
            client.ReceiveTimeout = 60_000;
            var reply = RunningServer.Talk(client, Ask, "#");
            if (!reply.Contains("another debugger", StringComparison.Ordinal) && reply.Length > 0)
            {
                return reply + RunningServer.Talk(client, "", "f5");
            }

            Thread.Sleep(100);
        }
    }
}
