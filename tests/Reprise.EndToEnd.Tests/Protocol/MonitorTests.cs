using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>monitor, as gdb's user types it.</summary>
internal sealed class MonitorTests(bool live) : ProtocolFixture(live)
{
    [Test]
    public void Monitor_Help_ListsEveryCommand()
    {
        using var served = Serve();
        var output = served.Debug("monitor help", "monitor help info", "monitor nonsense", "monitor");
        string[] commands =
            ["bookmark", "bookmarks", "branch", "branches", "cont", "delvm", "fence", "forget", "goto", "help",
             "info mtree", "info qtree", "info registers", "info replay", "info snapshots", "info status", "inputs", "interrupts", "last-exec",
             "last-read", "last-write", "lights", "loadvm", "next-write", "quit", "replay_break", "replay_delete_break",
             "replay_seek", "savevm", "screen", "screen png", "stop", "system_reset", "uart", "when", "x", "xp"];
        foreach (var command in commands)
        {
            Assert.That(output, Does.Match($"(?m)^{command}( .*)? -- "));
        }

        Assert.That(output, Does.Contain("unknown command: 'nonsense'"));
    }

    [Test]
    public void Monitor_Qemus_HaveItsShape()
    {
        using var served = Serve();
        var output = served.Debug(
            "monitor info registers", "monitor info status", "monitor info replay", "monitor xp /4xw 0",
            "monitor x/2dh 0", "monitor xp /2xg 0", "monitor x /3cb 0", "monitor x /i $pc", "monitor x /2z 0",
            "monitor xp 0x60000000", "monitor info mtree", "monitor info qtree", "monitor stop", "monitor cont");
        Assert.That(output, Does.Contain("CPU#0\nR00=00000000 R01=00000000 R02=00000000 R03=00000000\n"));
        Assert.That(output, Does.Contain("R12=00000000 R13=20400000 R14=ffffffff R15=0000018c\nXPSR="));
        Assert.That(output, Does.Contain("VM status: paused"));
        Assert.That(output, Does.Match("(?m)^(Recording|Replaying) execution '.*': instruction count = 0$"));
        Assert.That(output, Does.Contain("\n0000000000000000: 0x20400000 0x0000018d 0x00000189 0x00000219\n"));
        Assert.That(output, Does.Contain("\n00000000:     0  8256\n"));
        Assert.That(output, Does.Contain("\n0000000000000000: 0x0000018d20400000 0x0000021900000189\n"));
        Assert.That(output, Does.Contain("\n00000000: '\\x00' '\\x00' '@'\n"));
        Assert.That(output, Does.Contain("invalid char in format: 'z'").And.Contain("Cannot access memory"));
        Assert.That(output, Does.Contain("    0000000020000000-00000000203fffff (prio 0, ram): ssram23\n"));
        var ranges = Regex.Matches(output, "^    ([0-9a-f]{16})-[0-9a-f]{16} [(]prio ", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);
        Assert.That(ranges, Has.Exactly(0).EqualTo("").And.Ordered, "by address, memory and devices");
        Assert.That(output, Does.Contain("  dev: uart0, id \"\"\n    mmio 0000000040004000/0000000000001000\n"));
    }

    [Test]
    public void Monitor_Positions_AreGoneToByNumberAndName()
    {
        using var served = Serve();
        var output = served.Debug(
            "stepi 100", "monitor bookmark here", "monitor savevm there", "monitor goto start", "monitor when",
            "monitor goto here", "monitor when", "monitor goto -30", "monitor goto +10", "monitor when",
            "monitor replay_seek 5", "monitor when", "monitor loadvm there", "monitor when", "monitor info snapshots",
            "monitor forget here", "monitor bookmarks", "monitor delvm there", "monitor delvm there",
            "monitor info snapshots", "monitor goto nowhere", "monitor bookmark start", "monitor goto 18446744073709551615");
        Assert.That(Positions(output), Is.EqualTo([0, 100, 80, 5, 100]));
        Assert.That(output, Does.Match(@"(?m)^ID +TAG +VM SIZE +DATE +VM CLOCK +ICOUNT$"));
        Assert.That(output, Does.Match(@"(?m)^-- +there +- +- +00:00:00\.000 +100$"));
        Assert.That(output, Does.Contain("Snapshot 'there' does not exist").And.Contain("no snapshot available"));
        Assert.That(output, Does.Contain("usage: monitor goto").And.Contain("history ends at"));
    }

    [Test]
    public void Monitor_Goto_IsSeenByGdbAfterAFlush()
    {
        using var served = Serve();
        var output = served.Debug(
            "stepi 50", "p/x $pc", "monitor goto start", "maintenance flush register-cache", "p/x $pc", "stepi 50", "p/x $pc");
        var pcs = Regex.Matches(output, @"\$\d = (0x[0-9a-f]+)").Select(match => match.Groups[1].Value).ToList();
        Assert.That(pcs[1], Is.EqualTo("0x18c"));
        Assert.That(pcs[2], Is.EqualTo(pcs[0]));
    }

    [Test]
    public void Monitor_Break_StopsForwardRunsAtItsPosition()
    {
        using var served = Serve();
        var output = served.Debug(
            "monitor replay_break 1000", "continue", "monitor when", "monitor replay_break 5",
            "monitor replay_delete_break", "tbreak main", "continue", "p/x $pc");
        Assert.That(Positions(output), Is.EqualTo([1000]));
        Assert.That(output, Does.Contain("in the past").And.Contain("$1 = 0x44c"));
    }

    [Test]
    public void Monitor_Fence_EndsReverseCommands()
    {
        using var served = Serve();
        var output = served.Debug(
            "stepi 100", "monitor fence 60", "reverse-continue", "monitor when", "reverse-stepi", "monitor when",
            "monitor fence off", "reverse-stepi", "monitor when");
        Assert.That(Positions(output), Is.EqualTo([60, 60, 59]));
    }

    [Test]
    public void Monitor_Searches_FindWhatAForwardScanFinds()
    {
        using var served = Serve();
        var output = served.Debug(
            "break queue_put if put_count == 20", "continue", "monitor bookmark origin", "monitor last-write put_count",
            "monitor when", "monitor last-write put_count", "monitor when", "monitor next-write put_count", "monitor when",
            "monitor last-exec queue_put", "monitor when", "maintenance flush register-cache", "p/d put_count",
            "p/x $pc == queue_put", "monitor goto origin", "monitor last-read put_count", "monitor last-write 0x20300000,4",
            "monitor last-exec 0x600");
        var positions = Positions(output);
        Assert.That(positions[1], Is.LessThan(positions[0]));
        Assert.That(positions[2], Is.EqualTo(positions[0]), "next-write undoes last-write");
        Assert.That(output, Does.Contain("writes 0x20000194 <put_count>: 13 00 00 00 -> 14 00 00 00"));
        Assert.That(output, Does.Contain("$1 = 19").And.Contain("$2 = 0x1"));
        Assert.That(output, Does.Contain("reads 0x20000194 <put_count>"));
        Assert.That(output, Does.Contain("no such access before here"));
    }

    [Test]
    public void Monitor_Devices_AreTold()
    {
        using var served = Serve();
        var output = served.Debug(
            "break queue_put if put_count == 20", "continue", "monitor interrupts", "monitor inputs", "monitor uart");
        Assert.That(output, Does.Match(@"(?m)^ +24  IRQ8 +64  enabled"));
        Assert.That(output, Does.Contain("of 0 input events lie before here").Or.Contain("of 1 input events"));
        Assert.That(output, Does.Contain("uart0: 0 bytes received"));
    }

    [Test]
    public void Monitor_SystemReset_StartsAnewAndInThePastOnABranch()
    {
        using var served = Serve();
        var output = served.Debug(
            "tbreak main", "continue", "monitor system_reset", "maintenance flush register-cache", "p/x $pc",
            "tbreak main", "continue", "p/x $pc", "reverse-stepi 3", "monitor system_reset");
        Assert.That(output, Does.Contain("$1 = 0x18c").And.Contain("$2 = 0x44c"));
        Assert.That(output, Does.Contain(IsLive ? "branch 1 forks from branch 0" : "branch 2 forks from branch 1"));
    }

    private static IEnumerable<int> PositionsOf(string output) =>
        Regex.Matches(output, @"(?m)^position (\d+) of")
            .Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    private static int[] Positions(string output) => [.. PositionsOf(output)];
}
