using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Registers and memory, read and written, searched and summed up.</summary>
internal sealed class MemoryPacketTests(bool live) : ProtocolFixture(live)
{
    [Test]
    public void Memory_SearchAndChecksum_AreDoneOnTheTarget()
    {
        using var served = Serve();
        var output = served.Debug("set debug remote 1", "find /w 0, 0x400000, vectors[1]", "compare-sections .text");
        Assert.That(output, Does.Contain("0x4 <vectors+4>").And.Contain("1 pattern found."));
        Assert.That(output, Does.Contain("Section .text").And.Contain(": matched."));
        Assert.That(output, Does.Contain("qSearch:memory:").And.Contain("qCRC:"));
    }

    [Test]
    public void Memory_PartlyThere_GivesTheReadablePart()
    {
        using var served = Serve();
        var replies = served.Ask("m411ffffe,8", "m60000000,1", "p19", "p63", "g", "m0,0");
        Assert.That(replies[0], Has.Length.EqualTo(4));
        Assert.That(replies[1], Is.EqualTo("E14"));
        Assert.That(replies[2], Is.EqualTo("00000041"), "xpsr has number 25");
        Assert.That(replies[3], Is.EqualTo("E22"));
        Assert.That(replies[4], Has.Length.EqualTo(136));
        Assert.That(replies[5], Is.Empty);
    }

    [Test]
    public void Memory_Write_ChangesTheLiveEndAndForksThePast()
    {
        using var served = Serve();
        var output = served.Debug(
            "set var sensors[0] = {0}", "set *(int *)0x20001000 = 0x12345678", "x/xw 0x20001000", "set $r7 = 0x77",
            "p/x $r7", "stepi", "reverse-stepi", "set $r7 = 0x78", "p/x $r7", "monitor when");
        Assert.That(output, Does.Contain("0x20001000:\t0x12345678"));
        Assert.That(output, Does.Contain("$1 = 0x77").And.Contain("$2 = 0x78"));
        Assert.That(output, Does.Contain(IsLive ? "branch 1 forks from branch 0" : "branch 2 forks from branch 1"));
    }

    /// <summary>UART0 of the board; QEMU says OK to such a write and forgets it.</summary>
    [Test]
    public void Memory_WriteOfADevice_DoesWhatTheGuestsWouldDo()
    {
        using var served = Serve();
        var output = served.Debug(
            "p/x *(unsigned *)0x40004008", "set *(unsigned *)0x40004008 = 1", "p/x *(unsigned *)0x40004008", "set *(char *)0x40004000 = '~'",
            "set *(char *)0x40004000 = '\\n'", "stepi", "monitor goto 0:0", "p/x *(unsigned *)0x40004008", "monitor branches");
        Assert.That(output, Does.Contain("$1 = 0x0").And.Contain("$2 = 0x1"));
        Assert.That(output, Does.Contain(IsLive ? "$3 = 0x1" : "$3 = 0x0"), "the past of a recording stays");
        Assert.That(output.Contains("branch 1 forks from branch 0", StringComparison.Ordinal), Is.Not.EqualTo(IsLive), output);
        served.Tool.WaitFor(() => served.Tool.Output.Contains("~\n", StringComparison.Ordinal));
        Assert.That(served.Tool.Output.Count(c => c == '~'), Is.EqualTo(1));
    }

    [Test]
    public void Memory_LoadOfWhatIsThere_ChangesNothing()
    {
        using var served = Serve();
        var output = served.Debug("load", "compare-sections .text");
        Assert.That(output, Does.Contain("Transfer rate").And.Not.Contain("forks from"));
        Assert.That(output, Does.Contain(": matched."));
    }

    [Test]
    public void Memory_DumpAndRestore_AreTheSameBytes()
    {
        using var served = Serve();
        using var folder = new TempFolder();
        var (first, second) = (folder.File("first.bin"), folder.File("second.bin"));
        served.Debug($"dump binary memory {first} 0 0x10000");
        var commands = new List<string> { $"dump binary memory {second} 0 0x10000" };
        if (IsLive)
        {
            commands.Insert(0, $"restore {first} binary 0x21000000");
            commands[1] = $"dump binary memory {second} 0x21000000 0x21010000";
        }

        served.Debug([.. commands]);
        Assert.That(File.ReadAllBytes(first), Has.Length.EqualTo(0x10000));
        Assert.That(File.ReadAllBytes(second), Is.EqualTo(File.ReadAllBytes(first)));
    }
}
