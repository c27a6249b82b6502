using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>Ctrl-C while the server looks for the last hit of what is never hit.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed partial class InterruptedSearchTests(bool live)
{
    private const ulong Length = 150_000_000;

    // In the inner loop of crc32, with a condition that never holds: r13 == 0. The watch is in a page that is in use.
    private const string NeverTrue = "Z0,2ba,2;X7,26000d220013";

    /// <summary>The time in which a Ctrl-C is answered, ms.</summary>
    private const int Bar = 100;

    private readonly TempFolder _folder = new();
    private DebugServer _server = null!;

    [OneTimeSetUp]
    public void Serve()
    {
        if (live)
        {
            _server = DebugServer.Live("compute");
            return;
        }

        var file = _folder.File("compute.reprise");
        Tool.Record("compute", file, Length);
        _server = DebugServer.Replay("compute", file, "--at", "end");
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [TestCase(NeverTrue + "27", "bc")]
    [TestCase("Z4,203ffc04,4", "bc")]
    [TestCase(NeverTrue + "27", "c")]
    public void ControlC_InASearch_EndsItSoonAndConsistently(string stop, string resume)
    {
        using var client = new RemoteClient(_server.Port);
        client.Monitor(live ? $"replay_break {Length}" : "goto end");
        if (live && Position(client) < Length)
        {
            client.Ask("c");
        }

        client.Monitor(resume == "bc" ? $"goto {Length}" : "goto 0");
        Assert.That(client.Ask(stop), Is.EqualTo("OK"));
        var times = new List<long>();
        var positions = new List<ulong> { Position(client) };
        for (var i = 0; i < 5; i++)
        {
            client.Send(resume);
            Thread.Sleep(20);
            var watch = Stopwatch.StartNew();
            client.Interrupt();
            var reply = client.Receive();
            times.Add(watch.ElapsedMilliseconds);
            if (reply.Contains("replaylog", StringComparison.Ordinal))
            {
                // It got there; the 0x03 is answered by nothing.
                times.RemoveAt(i);
                break;
            }

            Assert.That(reply, Does.StartWith("T02"));
            positions.Add(Position(client));
            var registers = client.Ask("g");
            client.Monitor("goto -1");
            client.Monitor("goto +1");
            Assert.That(client.Ask("g"), Is.EqualTo(registers), "the state is that of the position");
        }

        Assert.That(times, Is.Not.Empty, "it was interrupted");
        Assert.That(times.Min(), Is.LessThan(Bar), string.Join(' ', times));
        Assert.That(positions, resume == "bc" ? Is.Ordered.Descending : Is.Ordered.Ascending);
        Assert.That(client.Ask("z" + stop.Split(';')[0][1..]), Is.EqualTo("OK"));
        client.Ask("D");
    }

    private static ulong Position(RemoteClient client) =>
        ulong.Parse(PositionLine().Match(client.Monitor("when")).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"position (\d+) of")]
    private static partial Regex PositionLine();
}
