namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>A <c>reprise</c> that serves gdb: a live run that waits at its first instruction, or a recording.</summary>
internal sealed class DebugServer : IDisposable
{
    private readonly RunningTool _tool;

    private DebugServer(string elf, RunningTool tool)
    {
        Elf = elf;
        _tool = tool;
        try
        {
            Port = tool.WaitForPort();
        }
        catch
        {
            tool.Dispose();
            throw;
        }
    }

    public string Elf { get; }

    public int Port { get; }

    public RunningTool Tool => _tool;

    public static DebugServer Live(string sample, params string[] options) =>
        new(new Sample(sample).Elf,
            RunningTool.Reprise(["run", new Sample(sample).Elf, "--gdb", "0", "--wait", .. options], ""));

    public static DebugServer Replay(string sample, string recording, params string[] options) =>
        new(new Sample(sample).Elf, RunningTool.Reprise(["replay", recording, "--gdb", "0", .. options], ""));

    /// <summary>Any command of the tool that serves gdb.</summary>
    public static DebugServer Of(string elf, params string[] arguments) =>
        new(elf, RunningTool.Reprise(arguments, ""));

    /// <summary>Executes the commands in a gdb that is connected; what it printed.</summary>
    public Transcript Debug(params string[] commands) => new(GdbClient.Run(Elf, Port, commands));

    /// <summary>The same for commands that need lines of their own, such as loops.</summary>
    public Transcript DebugScript(string script)
    {
        using var folder = new TempFolder();
        var file = folder.File("script.gdb");
        File.WriteAllText(file, script);
        return Debug($"-x {file}");
    }

    public void Dispose() => _tool.Dispose();
}
