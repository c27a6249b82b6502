using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Tests.Fakes;

namespace Reprise.Gdb.Tests.Sessions;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SessionTests
{
    private readonly FakeTarget _target = new();

    [TestCase("+++\u0003-$qC#b4", "+$QC01#f5", TestName = "Feed_StrayBytesFirst_AnswersOnlyThePacket")]
    [TestCase("$qC#00", "-", TestName = "Feed_BadChecksum_AsksAgain")]
    [TestCase("$qC#b4-", "+$QC01#f5$QC01#f5", TestName = "Feed_Minus_SendsAgain")]
    [TestCase("$QStartNoAckMode#b0+$qC#b4-", "+$OK#9a$QC01#f5", TestName = "Feed_NoAckMode_SendsNoSigns")]
    [TestCase("$QStartNoAckMode#b0$qC#00", "+$OK#9a$E22#a9", TestName = "Feed_NoAckModeBadChecksum_AnswersError")]
    [TestCase("$k#6b$qC#b4", "+", TestName = "Feed_BehindKill_IsSilent")]
    public void Feed_Raw(string sent, string expected) =>
        Assert.That(Encoding.Latin1.GetString(new Peer(_target).SendRaw(Encoding.Latin1.GetBytes(sent))),
            Is.EqualTo(expected));

    /// <summary>gdb waits 2 s for a '+', then sends its packet again; it takes one reply for it.</summary>
    [Test]
    public void Feed_FirstPacketAgainBeforeItsReplyIsThere_AnswersOnce()
    {
        var peer = new Peer(_target);
        var greeting = "$qSupported:swbreak+#8b"u8.ToArray();
        Assert.That(Encoding.Latin1.GetString(peer.SendRaw([(byte)'+', .. greeting])), Does.StartWith("+$PacketSize="));
        Assert.That(peer.SendRaw(greeting), Is.Empty);
        Assert.That(Encoding.Latin1.GetString(peer.SendRaw([(byte)'+', .. greeting])), Does.StartWith("+$PacketSize="));
    }

    [Test]
    public void Feed_PacketTooLong_AnswersOneError() =>
        Assert.That(new Peer(_target).Ask("M0,9000:" + new string('0', 0x24000)), Is.EqualTo(["E22"]));

    [Test]
    public void Feed_MemoryLargerThanPacket_GivesWhatFits()
    {
        var target = new PageTarget();
        Assert.That(new Peer(target).Ask("m0,ffffffff").Single(), Has.Length.EqualTo(0x20100));
        Assert.That(new Peer(target).Ask("x0,ffffffff").Single(), Has.Length.EqualTo(0x10080), "all bytes escaped");
    }

    [Test]
    public void Run_ResumePacket_AcknowledgesBeforeTheGuestRuns()
    {
        var session = new Session(_target);
        var taken = session.Feed("$s#73$c#63"u8);
        Assert.That(taken, Is.EqualTo(5));
        Assert.That(session.State, Is.EqualTo(SessionState.ResumeWanted));
        Assert.That(session.Output.ToArray(), Is.EqualTo("+"u8.ToArray()));
        Assert.That(_target.Resumes, Is.Zero);
        session.Run(() => false);
        Assert.That(_target.Resumes, Is.EqualTo(1));
        Assert.That(session.State, Is.EqualTo(SessionState.Listening));
    }

    [Test]
    public void Run_Interrupted_AnswersSignal2()
    {
        _target.Endless = true;
        var reply = Peer.Contents(new Peer(_target).SendRaw("$c#63"u8.ToArray(), interrupt: true)).Single();
        Assert.That(reply, Does.StartWith("T02thread:01;"));
    }

    [Test]
    public void Detach_WithBreakpoints_RemovesThem()
    {
        var peer = new Peer(_target);
        peer.Ask("Z0,10,2");
        peer.Ask("Z2,300,4");
        Assert.That(_target.Breakpoints, Has.Count.EqualTo(2));
        Assert.That(peer.Ask("D"), Is.EqualTo(["OK"]));
        Assert.That(_target.Breakpoints, Is.Empty);
        Assert.That(_target.Detached);
    }

    [Test]
    public void WriteWatchpoint_OfGdbAndOfLldb_MeansAChangeAndEveryWrite()
    {
        var gdb = new Peer(_target);
        gdb.Ask("Z2,300,4");
        Assert.That(_target.Breakpoints.Single().Kind, Is.EqualTo(BreakpointKind.ChangeWatch));
        gdb.Ask("z2,300,4");
        Assert.That(_target.Breakpoints, Is.Empty);
        Assert.That(gdb.Ask("Z5,300,4"), Is.EqualTo(["E22"]), "no packet");

        var lldb = new Peer(_target);
        lldb.Ask("qHostInfo");
        lldb.Ask("Z2,300,4");
        Assert.That(_target.Breakpoints.Single().Kind, Is.EqualTo(BreakpointKind.WriteWatch));
    }

    [Test]
    public void Insert_PastTheLimit_AnswersError()
    {
        var peer = new Peer(new FakeTarget());
        for (var i = 0; i < 4096; i++)
        {
            Assert.That(peer.Ask($"Z2,{i % 16:x},{1 + (i / 16):x}"), Is.EqualTo(["OK"]));
        }

        Assert.That(peer.Ask("Z0,20,2"), Is.EqualTo(["E28"]));
    }

    [Test]
    public void Feed_PacketRepeatedBeforeTheReply_IsAnsweredOnce()
    {
        var peer = new Peer(_target);
        Assert.That(Peer.Contents(peer.SendRaw("+$qC#b4$qC#b4$qC#b4$?#3f"u8.ToArray())), Has.Count.EqualTo(2));
        Assert.That(Peer.Contents(peer.SendRaw("$qC#b4"u8.ToArray())), Has.Count.EqualTo(1), "later it is a new one");
    }

    [Test]
    public void Kill_Extended_KeepsTheSession()
    {
        var peer = new Peer(_target);
        peer.Ask("!");
        peer.Ask("vCont;s");
        Assert.That(peer.Ask("vKill;1"), Is.EqualTo(["OK"]));
        Assert.That(peer.Ask("vRun;fw.elf").Single(), Does.Contain("0f:00000000;"));
        Assert.That(_target.Killed, Is.False);
    }

    [Test]
    public void Monitor_LongOutput_ComesInPieces()
    {
        var replies = new Peer(_target).Ask("qRcmd," + Convert.ToHexString("long"u8));
        Assert.That(replies[^1], Is.EqualTo("OK"));
        var text = string.Concat(replies.SkipLast(1).Select(piece => piece[1..]));
        Assert.That(Convert.FromHexString(text), Has.Length.EqualTo(100_000));
        Assert.That(replies.Max(piece => piece.Length), Is.LessThan(400));
    }

    [Test]
    public void Monitor_Quit_AnswersAndEnds()
    {
        var peer = new Peer(_target);
        Assert.That(peer.Ask("qRcmd," + Convert.ToHexString("quit"u8)), Is.EqualTo(["OK"]));
        Assert.That(peer.Session.State, Is.EqualTo(SessionState.Ended));
    }

    [Test]
    public void Run_Exited_AnswersW()
    {
        var target = new PageTarget { Stop = DebugStop.Exited(3) };
        Assert.That(new Peer(target).Ask("c"), Is.EqualTo(["W03"]));
        var multiprocess = new Peer(target);
        multiprocess.Ask("qSupported:multiprocess+");
        Assert.That(multiprocess.Ask("?"), Is.EqualTo(["W03;process:1"]));
    }

    [Test]
    public void Run_BadAccess_AnswersItsSignal() =>
        Assert.That(new Peer(new PageTarget { Stop = DebugStop.Signalled(11) }).Ask("c").Single(),
            Does.StartWith("T0bthread:01;"));
}
