using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.DropIn;

/// <summary>The guest's console on a terminal, which <c>script</c> makes: keys come as they are, and it is left as it was.</summary>
internal sealed class TerminalTests
{
    private static readonly string _reprise = Path.Combine(AppContext.BaseDirectory, "reprise");
    private static readonly string _elf = new Sample("echo").Elf;

    [Test]
    public void SharedConsole_ControlKeys_AreTheGuestsUpToCtrlA()
    {
        using var tool = OnATerminal($"{_reprise} -M mps2-an385 -kernel {_elf} -serial mon:stdio");
        Type(tool, "a\u0003b\u0001\u0001\r", until: "1: \u0001B\u0003A");
        Type(tool, "\u0001h", until: "Ctrl-A x ");
        Type(tool, "\u0001x", until: "left 0\n");
        Assert.That(tool.Output, Does.Not.Contain("a^C"), "the guest alone echoes");
        Assert.That(tool.Output, Does.Contain("ended by Ctrl-A x"));
        AssertIsAsBefore(tool);
    }

    [TestCase("run {1}")]
    [TestCase("-M mps2-an385 -kernel {1} -serial stdio")]
    public void Console_CtrlC_EndsTheRun(string arguments)
    {
        using var tool = OnATerminal($"{_reprise} {arguments.Replace("{1}", _elf, StringComparison.Ordinal)}");
        Type(tool, "ab\u0001\r", until: "1: \u0001BA");
        Type(tool, "\x03", until: "left 130");
        Assert.That(tool.Output, Does.Not.Contain("ab^A"), "the guest alone echoes");
        AssertIsAsBefore(tool);
    }

    [Test]
    public void SharedConsole_OnAPipe_HasTheMenuToo()
    {
        using var tool = RunningTool.Reprise(["-M", "mps2-an385", "-kernel", _elf, "-nographic"], null);
        Type(tool, "ab\r\r", until: "1: BA");
        Type(tool, "\u0001x", until: "ended by Ctrl-A x");
        Assert.That(tool.WaitForExit().Status, Is.Zero);
    }

    // Ctrl-C goes to the shell as well: some shells, not all, would end of it.
    private static RunningTool OnATerminal(string command) => new(
        "script", ["-qec", $"trap : INT; stty -a | tr '\\n' ' '; echo; {command}; echo left $?; stty -a | tr '\\n' ' '; echo", "/dev/null"], null);

    private static void Type(RunningTool tool, string keys, string until)
    {
        tool.WaitFor(() => tool.Output.Contains("or quit", StringComparison.Ordinal));
        tool.Process.StandardInput.Write(keys);
        tool.Process.StandardInput.Flush();
        tool.WaitFor(() => tool.Output.Contains(until, StringComparison.Ordinal));
    }

    private static void AssertIsAsBefore(RunningTool tool)
    {
        tool.Process.StandardInput.Close();
        var settings = tool.WaitForExit().Output.Split('\n').Where(line => line.StartsWith("speed", StringComparison.Ordinal)).ToList();
        Assert.That(settings, Has.Count.EqualTo(2));
        Assert.That(settings[1], Is.EqualTo(settings[0]).And.Contain(" icanon ").And.Contain(" echo "));
    }
}
