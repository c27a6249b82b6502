using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>What a stock LLDB sees, on a live run and on a recording.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed partial class LldbTests(bool live)
{
    private const string When = "process plugin packet monitor when";

    private TempFolder? _folder;

    [OneTimeSetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder?.Dispose();

    private DebugServer Start()
    {
        if (live)
        {
            return DebugServer.Live("overrun");
        }

        var file = _folder!.File("overrun.reprise");
        if (!File.Exists(file))
        {
            Tool.Record("overrun", file, 3_000_000);
        }

        return DebugServer.Replay("overrun", file);
    }

    [Test]
    public void Attach_AtReset_ShowsRegistersMemoryAndSource()
    {
        var seen = Debug("register read", "memory read --size 4 --format x --count 2 0", "memory region 0x20000010");
        Assert.That(seen, Does.Contain("reset_handler at startup.c"));
        Assert.That(seen, Does.Contain("sp = 0x20400000").And.Contain("xpsr = 0x41000000"));
        Assert.That(seen, Does.Contain("0x00000000: 0x20400000 0x0000018d"));
        Assert.That(seen, Does.Contain("ssram23"));
    }

    [Test]
    public void Breakpoint_AndSteps_StopWhereGdbWould()
    {
        var seen = Debug(
            "breakpoint set --name sensor_calibrate", "continue", "thread backtrace", "thread step-inst", When,
            "thread step-over", "thread step-out", "register read pc", "breakpoint delete");
        Assert.That(seen, Does.Contain("stop reason = breakpoint 1.1"));
        Assert.That(seen, Does.Match(@"frame #1: .*handle.* at main.c:40[\s\S]*frame #2: .*main at main.c:73"));
        Assert.That(seen, Does.Contain("stop reason = instruction step into"));
        Assert.That(seen, Does.Contain("stop reason = step over"));
        Assert.That(seen, Does.Match(@"stop reason = step out\n.*handle\("));
    }

    [Test]
    public void Watchpoint_ForwardAndBack_StopsBehindTheAccessOnEachWay()
    {
        var seen = Debug(
            "breakpoint set --name sensor_calibrate", "continue", "breakpoint delete",
            "watchpoint set variable -w write put_count",
            "continue", When, "continue", When,
            "process continue --reverse", When, "process continue --reverse", When, "process continue --forward", When);
        var positions = Positions(seen);
        Assert.That(positions, Has.Count.EqualTo(5), seen);
        Assert.That(positions[1], Is.GreaterThan(positions[0]));
        Assert.That(positions[2], Is.EqualTo(positions[1] - 1), "before the access that was the last");
        Assert.That(positions[3], Is.EqualTo(positions[0] - 1));
        Assert.That(positions[4], Is.EqualTo(positions[0]));
        Assert.That(seen, Does.Match(@"old value: (\d+)\nnew value: (?!\1)"));
    }

    [Test]
    public void ReverseContinue_ToABreakpointAndToTheBeginning_StopsThere()
    {
        var seen = Debug(
            "breakpoint set --name sensor_calibrate", "continue", When, "continue", When, "process continue --reverse", When,
            "process continue --reverse");
        var positions = Positions(seen);
        Assert.That(positions, Has.Count.EqualTo(3), seen);
        Assert.That(positions[2], Is.EqualTo(positions[0]));
        Assert.That(seen, Does.Match(@"stop reason = history boundary\n.*0x0000018c .*reset_handler"));
    }

    [Test]
    public void Writing_RegistersAndMemory_IsReadBack()
    {
        var seen = Debug(
            "register write r0 5", "register read r0", "memory write 0x20000000 0x11",
            "memory read --size 1 --format x --count 1 0x20000000");
        Assert.That(seen, Does.Contain("r0 = 0x00000005").And.Contain("0x20000000: 0x11"));
    }

    private string Debug(params string[] commands)
    {
        using var server = Start();
        return LldbClient.Run(server.Elf, server.Port, commands);
    }

    private static List<ulong> Positions(string text) =>
        [.. Position().Matches(text).Select(match => ulong.Parse(
            match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^position (\d+) of \d+", RegexOptions.Multiline)]
    private static partial Regex Position();
}
