using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Commands;

/// <summary>The line of progress on a real terminal, which util-linux's <c>script</c> makes.</summary>
public sealed class ProgressTests
{
    private const ulong Long = 2_500_000_000;

    /// <summary>The guest's console is on the same terminal: its lines stay whole, and the line goes when it is over.</summary>
    [Test]
    public void Run_OnATerminal_ShowsProgressBetweenTheGuestsLines()
    {
        var reprise = Path.Combine(AppContext.BaseDirectory, "reprise");
        var command = $"{reprise} run {new Sample("compute").Elf} --max-instructions {Long}";
        using var tool = new RunningTool("script", ["-qec", command, "/dev/null"]);
        var shown = tool.WaitForExit().Output;
        Assert.That(shown, Does.Match(@"running: \d+ % of 2,500,000,000, \d+ M/s"));
        var lines = shown.Split('\r', '\n');
        Assert.That(lines, Has.Some.EndsWith("compute: 700 rounds"));
        Assert.That(lines, Has.Member("result 0x15368b43, late word 0xcda0c423"));
        Assert.That(lines, Has.Member("stopped, after 2,500,000,000 instructions"));
    }

    [Test]
    public void Run_NotOnATerminal_ShowsNone()
    {
        var result = Tool.Run("run", new Sample("compute").Elf, "--max-instructions", "2000000000");
        Assert.That(result.Error, Is.EqualTo("stopped, after 2,000,000,000 instructions\n").Or.EqualTo(
            "stopped, after 2,000,000,000 instructions"));
    }
}
