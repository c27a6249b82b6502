using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Server;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GdbServerTests
{
    private readonly FakeTarget _target = new();

    [Test]
    public void Run_SecondClient_IsToldWhyAndTheFirstServedOn()
    {
        using var server = new RunningServer(_target);
        using var first = server.Connect();
        Assert.That(RunningServer.Talk(first, "$qC#b4", "#f5"), Is.EqualTo("+$QC01#f5"));
        using var second = server.Connect();
        Assert.That(
            RunningServer.Talk(second, "+$qSupported#37", "#98"),
            Is.EqualTo("+$E.another debugger is connected#98"));
        Assert.That(second.GetStream().ReadByte(), Is.EqualTo(-1));
        Assert.That(RunningServer.Talk(first, "$qC#b4", "#f5"), Is.EqualTo("+$QC01#f5"));
    }

    [Test]
    public void Run_DroppedConnection_LeavesTheTargetToTheNextClient()
    {
        using var server = new RunningServer(_target);
        for (var i = 1; i <= 20; i++)
        {
            using var client = server.Connect();
            var reply = RunningServer.Talk(client, "$Z0,70,2#7b+$s#73", ";#");
            Assert.That(reply, Does.StartWith("+$OK#9a+$T05").And.Contain($"0f:{i * 2:x2}000000;"), $"client {i}");
        }
    }

    [Test]
    public void Run_InterruptWhileRunning_StopsWithSignal2()
    {
        _target.Endless = true;
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        Assert.That(RunningServer.Talk(client, "$c#63", "+"), Is.EqualTo("+"));
        Thread.Sleep(100);
        Assert.That(client.Available, Is.Zero, "nothing is sent while the guest runs");
        Assert.That(RunningServer.Talk(client, "\u0003", ";#"), Does.StartWith("$T02thread:01;"));
    }

    [Test]
    public void Run_InterruptWhileStopped_SendsNothing()
    {
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        Assert.That(RunningServer.Talk(client, "\u0003\u0003$qC#b4", "#f5"), Is.EqualTo("+$QC01#f5"));
    }

    [Test]
    public void Run_DroppedWhileRunning_StopsAndServesTheNext()
    {
        _target.Endless = true;
        using var server = new RunningServer(_target);
        using (var client = server.Connect())
        {
            RunningServer.Talk(client, "$c#63", "+");
        }

        using var next = server.Connect();
        Assert.That(RunningServer.Talk(next, "$?#3f", ";#"), Does.StartWith("+$T02thread:01;"));
    }

    [Test]
    public void Run_KillBeforeTheEndOfTheConnection_IsDone()
    {
        _target.Endless = true;
        using var server = new RunningServer(_target);
        using (var client = server.Connect())
        {
            // Taken while the guest runs, so that the end of the connection is found with the packet still waiting.
            RunningServer.Talk(client, "$c#63", "+");
            RunningServer.Talk(client, "+$k#6b", "");
            Thread.Sleep(100);
        }

        Assert.That(server.Ends(10_000));
        Assert.That(_target.Killed);
    }

    [Test]
    public void Run_FloodWhileRunning_StopsTheGuest()
    {
        _target.Endless = true;
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        Assert.That(RunningServer.Talk(client, "$c#63" + new string('+', 0x9000), ";#"), Does.StartWith("+$T02"));
    }

    [Test]
    public void Run_LongMonitorCommand_ShowsThatItIsAtWork()
    {
        // An O packet without text: gdb would else stop waiting after 2 s.
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        Assert.That(RunningServer.Talk(client, "$qRcmd,7468696e6b#9e", "$O#4f"), Is.EqualTo("+$O#4f"));
        Assert.That(RunningServer.Talk(client, "\u0003", "$OK#9a"), Does.EndWith("$O646f6e65#5b$OK#9a"));
    }

    [Test]
    public void Run_Kill_Returns()
    {
        using var server = new RunningServer(_target);
        using var client = server.Connect();
        RunningServer.Talk(client, "$k#6b", "+");
        Assert.That(server.Ends(10_000));
        Assert.That(_target.Killed);
    }
}
