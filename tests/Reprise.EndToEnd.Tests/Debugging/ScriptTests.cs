using System.Globalization;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;
using static Reprise.EndToEnd.Tests.Tools.Transcript;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>gdb's script: the commands that gdb lacks on a remote target, and that it keeps its own elsewhere.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class ScriptTests(bool live)
{
    private const string Passed = "milliseconds_passed";

    [Test]
    public void Checkpoint_AndRestart_GoToThePositionAndBack()
    {
        var seen = Debug(
            "break print_line", "continue", "checkpoint", When, "continue", "checkpoint", When, "info checkpoints",
            "restart 1", When, Say("round", Passed), "restart 2", When, "delete checkpoint 1", "restart 1",
            "info checkpoints", "checkpoint", "delete checkpoint 2 3", "info checkpoints", "restart", "restart x");
        var positions = seen.Positions;
        Assert.That(positions, Is.EqualTo([positions[0], positions[1], positions[0], positions[1]]), seen.Text);
        Assert.That(positions[1], Is.GreaterThan(positions[0]));
        Assert.That(seen.Text, Does.Match(
            $@"(?m)^Checkpoint 1: position {positions[0]}, at 0x[0-9a-f]+, file .*main\.c, line \d+\.$"));
        Assert.That(seen.Text, Does.Match($@"(?m)^  1 position {positions[0]}, at .*\n\* 2 position {positions[1]}, at "));
        Assert.That(seen.Text, Does.Match(@"Switching to checkpoint 1\.\n#0  print_line \("), "gdb knows the new place");
        Assert.That(seen.Text, Does.Contain("Not found: checkpoint id 1").And.Contain("Checkpoint 3: ")
            .And.Contain("No checkpoints.").And.Contain("Argument required (number of a checkpoint)."), seen.Text);
        Assert.That(seen.Text, Does.Not.Contain("Python Exception").And.Not.Contain("still shows the old place"));
    }

    [Test]
    public void Monitor_ThatMovesTheGuest_IsSeenByGdbAtOnce()
    {
        var seen = Debug(
            "stepi 50", "monitor goto 20", Say("pc", "$pc"), "stepi", "reverse-stepi", Say("pc", "$pc"),
            "monitor system_reset", Say("reset", "$pc == reset_handler"));
        Assert.That(seen.Said("pc").Distinct().Count(), Is.EqualTo(1), seen.Text);
        Assert.That(seen.Said("reset").Single(), Is.EqualTo("1"), seen.Text);
        Assert.That(seen.Text, Does.Contain("position 20, pc ").And.Not.Contain("still shows the old place"), seen.Text);
        Assert.That(seen.Text, Does.Not.Contain("Python Exception"));
    }

    [Test]
    public void Bookmark_NamedOrNumbered_IsGoneToListedAndDeleted()
    {
        var seen = Debug(
            "break print_line", "continue", "bookmark", "stepi", "bookmark here", When, "goto-bookmark 1", When,
            "goto-bookmark here", When, "goto-bookmark begin", When, "goto here", "goto -1", When, "info bookmarks",
            "delete bookmark 1", "goto-bookmark 1", "complete goto-bookmark h", "complete goto e", "delete bookmark",
            "info bookmarks", "bookmark 7");
        var at = seen.Positions[0];
        Assert.That(seen.Positions, Is.EqualTo([at, at - 1, at, 0ul, at - 1]), seen.Text);
        Assert.That(seen.Text, Does.Match($@"(?m)^Saved bookmark 1: position {at - 1}, at 0x"));
        Assert.That(seen.Text, Does.Match($@"(?m)^\* 1 position {at - 1}, at .*\n  here position {at}, at 0x"));
        Assert.That(seen.Text, Does.Contain("no bookmark found for '1'").And.Contain("\ngoto-bookmark here\n")
            .And.Contain("\ngoto end\n").And.Contain("No bookmarks.").And.Contain("a name begins with a letter"), seen.Text);
    }

    [Test]
    public void LastWrite_OfAVariable_GoesToTheWritesOneByOne()
    {
        var seen = Debug(
            "break print_line", "continue", "continue", Say("now", Passed),
            $"last-write {Passed}", When, Say("before", Passed), "stepi", Say("after", Passed), "reverse-stepi",
            $"last-write {Passed}", When, $"next-write {Passed}", When, "last-write 5", "last-write nothing", "last-write");
        var now = uint.Parse(seen.Said("now").Single(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.That(seen.Said("before").Single(), Is.EqualTo($"{now - 1:x}"), seen.Text);
        Assert.That(seen.Said("after").Single(), Is.EqualTo($"{now:x}"), seen.Text);
        Assert.That(seen.Positions[1], Is.LessThan(seen.Positions[0]), seen.Text);
        Assert.That(seen.Positions[2], Is.EqualTo(seen.Positions[0]), seen.Text);
        Assert.That(seen.Text, Does.Contain($"<{Passed}>: ").And.Match("(?m)^#0 .* systick_handler "));
        Assert.That(seen.Text, Does.Contain("\"5\" is not in memory").And.Contain("No symbol \"nothing\"")
            .And.Contain("requires an argument"), seen.Text);
    }

    [Test]
    public void Functions_PositionAndTime_WorkInExpressionsAndConditions()
    {
        var seen = Debug(
            "when", "stepi 10", "print $_position()", "print $_virtual_time()", "print $_position() + 5",
            "maintenance packet Qqemu.sstep=0x1", "stepi", "print $_virtual_time()",
            "break print_line if $_position() > 100000", "continue", When, Say("past", "$_position() > 100000"));
        Assert.That(seen.Text, Does.Contain("$1 = 10\n").And.Contain("$3 = 15\n"), seen.Text);
        Assert.That(
            seen.Text,
            Does.Contain(live ? "$2 = 0\n" : "$2 = 80\n").And.Contain("$4 = 88\n"),
            "steps that are new hold time unless told otherwise");
        Assert.That(seen.Positions[^1], Is.GreaterThan(100_000), seen.Text);
        Assert.That(seen.Said("past").Single(), Is.EqualTo("1"));
    }

    [Test]
    public void Help_EveryCommand_HasText()
    {
        string[] commands = ["checkpoint", "restart", "info checkpoints", "delete checkpoint", "bookmark", "goto-bookmark",
            "info bookmarks", "delete bookmark", "last-write", "next-write", "when", "goto", "screen"];
        var seen = Debug([.. commands.Select(command => "help " + command)]);
        Assert.That(seen.Text, Does.Not.Contain("not documented").And.Not.Contain("Undefined"), seen.Text);
        Assert.That(seen.Text, Does.Contain("Mark this position as a checkpoint").And.Contain("last write of a variable"));
    }

    [Test]
    public void Script_LoadedBeforeTheConnection_TakesOverWhenThereIsOne()
    {
        using var server = Start();
        var output = GdbClient.RunScript(
            server.Elf, "-x " + Script, "when", "help restart", "target remote 127.0.0.1:" + server.Port,
            "checkpoint", "disconnect", "checkpoint", "when");
        Assert.That(output, Does.Contain("Restore program context from a checkpoint."), "gdb's own help before");
        Assert.That(output, Does.Contain("Checkpoint 1: position 0"), output);
        Assert.That(output, Does.Contain("which \"checkpoint\" is for. gdb's own").And.Contain("which \"when\" is for.\n"));
    }

    [Test]
    public void Script_OnANativeProgram_LeavesGdbsCommandsAlone()
    {
        var result = OnANativeProgram("-x", Script);
        Assert.That(result, Is.EqualTo(OnANativeProgram()));
        Assert.That(result, Does.Contain("You can't do that when your target is"));
        Assert.That(result, Does.Contain("The program is not being run.").And.Contain("No checkpoints."));
    }

    [Test]
    public void Debug_TheCommand_LoadsTheScript()
    {
        string[] gdb = ["--", "-nx", "-batch", "-ex", "stepi 3", "-ex", "checkpoint", "-ex", "kill"];
        var result = live
            ? Tool.Run(["debug", new Sample("ticks").Elf, .. gdb])
            : Tool.Run(["debug", RecordedSamples.Ticks, .. gdb]);
        Assert.That(result.Output, Does.Contain("Checkpoint 1: position 3, at 0x"), result.ToString());
    }

    private static string Script => Tool.Run("gdb-script").Output.Trim();

    /// <summary>
    /// What gdb prints, but for process numbers and addresses. It makes no checkpoint: on processors whose state is longer
    /// than it knows, gdb 13 itself fails to.
    /// </summary>
    private static string OnANativeProgram(params string[] first)
    {
        using var gdb = new RunningTool("gdb-multiarch",
        [
            "-q", "-nx", "-batch", .. first, "-ex", "checkpoint", "-ex", "set breakpoint pending on", "-ex", "break write",
            "-ex", "run", "-ex", "info checkpoints", "-ex", "restart 1", "-ex", "delete checkpoint 1", "-ex", "bookmark",
            "-ex", "goto-bookmark 1",
            "--args", "/bin/echo", "x",
        ]);
        var result = gdb.WaitForExit();
        return Regex.Replace(result.Output + result.Error, "0x[0-9a-f]+|[0-9]{2,}", "N");
    }

    private DebugServer Start() =>
        live ? DebugServer.Live("ticks") : DebugServer.Replay("ticks", RecordedSamples.Ticks);

    private Transcript Debug(params string[] commands)
    {
        using var server = Start();
        return server.Debug(["-x " + Script, .. commands]);
    }
}
