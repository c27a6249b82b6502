namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Who is there and what it can: queries that change nothing.</summary>
internal sealed class QueryPacketTests(bool live) : ProtocolFixture(live)
{
    private static readonly string[] _unserved =
        ["vMustReplyEmpty", "QNonStop:0", "qTStatus", "qXfer:libraries:read::0,100", "qXfer:auxv:read::0,100",
         "qXfer:siginfo:read::0,100", "QAgent:0", "qMemTags:0,10:1", "F0", "vFile:open:61,0,0"];

    [Test]
    public void Queries_NotServed_AreAnsweredEmpty()
    {
        using var served = Serve();
        Assert.That(served.Ask(_unserved), Is.EqualTo(_unserved.Select(_ => "")));
    }

    [Test]
    public void FlashErase_WhereThereIsNoFlash_IsAnError()
    {
        using var served = Serve();
        Assert.That(served.Ask("vFlashErase:0,400"), Is.EqualTo(["E14"]));
    }

    [Test]
    public void Queries_Threads_NameTheCpu()
    {
        using var served = Serve();
        Assert.That(
            served.Ask("qC", "qfThreadInfo", "qsThreadInfo", "Hg1", "Hc-1", "Tp1.1", "T2", "qAttached", "!"),
            Is.EqualTo(["QCp01.01", "mp01.01", "l", "OK", "OK", "OK", "E22", "1", "OK"]));
        Assert.That(served.Debug("info threads"), Does.Match("""\* 1 +Thread 1\.1 "cortex-m3" \(CPU#0 \[running\]\)"""));
    }

    [Test]
    public void Queries_Qemu_AreServed()
    {
        string[] masks = IsLive ? ["ENABLE=1,NOIRQ=2,NOTIMER=4", "0x7"] : ["ENABLE=1", "0x1"];
        using var served = Serve();
        Assert.That(
            served.Ask("qqemu.Supported", "qqemu.sstepbits", "qqemu.sstep", "Qqemu.sstep=0x1", "Qqemu.sstep=0x8",
                "qqemu.PhyMemMode", "Qqemu.PhyMemMode:1", "qqemu.PhyMemMode"),
            Is.EqualTo(["sstepbits;sstep;PhyMemMode", .. masks, "OK", "E22", "0", "OK", "1"]));
    }

    [Test]
    public void Queries_Lldb_AreServed()
    {
        using var served = Serve();
        var replies = served.Ask(
            "qHostInfo", "qProcessInfo", "qGDBServerVersion", "qMemoryRegionInfo:20000004", "qMemoryRegionInfo:40004000",
            "qMemoryRegionInfo:60000000", "jThreadsInfo", "QThreadSuffixSupported", "pd;thread:0001;",
            "QListThreadsInStopReply", "?", "x0,0");
        Assert.That(replies[0], Does.StartWith("triple:").And.Contain("endian:little;ptrsize:4;"));
        Assert.That(replies[1], Does.StartWith("pid:1;"));
        Assert.That(replies[2], Does.Match("^name:reprise;version:[0-9.]+;$"));
        Assert.That(replies[3], Does.StartWith("start:20000000;size:400000;permissions:rwx;"));
        Assert.That(replies[4], Does.StartWith("start:40004000;size:1000;permissions:rw;"));
        Assert.That(replies[5], Is.EqualTo("start:44000000;size:9c000000;"));
        Assert.That(replies[6], Does.Contain("\"tid\":1").And.Contain("\"13\":\"00004020\""));
        Assert.That(replies.Skip(7).Take(3), Is.EqualTo(["OK", "00004020", "OK"]));
        Assert.That(replies[10], Does.Contain("threads:p01.01;thread-pcs:"));
        Assert.That(replies[11], Is.EqualTo("b"));
    }

    [Test]
    public void Queries_MemoryMap_ListsMemoryAndDevices()
    {
        using var served = Serve();
        var output = served.Debug("info mem", "x/xw 0x40004010", "x/xw 0x60000000");
        Assert.That(output, Does.Match("0x20000000 0x20400000 rw").And.Match("0x40004000 0x40005000 rw"));
        Assert.That(output, Does.Contain("0x40004010:\t0x00000000"));
        Assert.That(output, Does.Contain("Cannot access memory at address 0x60000000"));
    }
}
