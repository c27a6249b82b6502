using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>A <c>reprise</c> that serves gdb at an address, and a stock gdb to ask it.</summary>
internal sealed class Served : IDisposable
{
    private readonly string _elf;
    private readonly string _address;

    private Served(string elf, RunningTool tool, string? address)
    {
        _elf = elf;
        Tool = tool;
        try
        {
            if (address is not null)
            {
                tool.WaitFor(() => tool.Error.Contains("listening on", StringComparison.Ordinal));
            }

            _address = address ?? "127.0.0.1:" + tool.WaitForPort().ToString(CultureInfo.InvariantCulture);
        }
        catch
        {
            tool.Dispose();
            throw;
        }
    }

    public RunningTool Tool { get; }

    public string Address => _address;

    /// <summary>A run that waits at its first instruction.</summary>
    public static Served Live(string sample, params string[] options) =>
        new(new Sample(sample).Elf,
            RunningTool.Reprise(["run", new Sample(sample).Elf, "--gdb", "0", "--wait", .. options], ""),
            null);

    /// <summary>The same, at an address that is given as reprise and as gdb take it.</summary>
    public static Served LiveAt(string sample, string server, string client) =>
        new(new Sample(sample).Elf,
            RunningTool.Reprise("run", new Sample(sample).Elf, "--gdb", server, "--wait"),
            client);

    /// <summary>A recording of so many instructions of a sample, at its first.</summary>
    public static Served Replay(string sample, string file, ulong length)
    {
        if (!File.Exists(file))
        {
            Tools.Tool.Record(sample, file, length);
        }

        return new(new Sample(sample).Elf, RunningTool.Reprise("replay", file, "--gdb", "0"), null);
    }

    /// <summary>Connects, executes the commands, and gives all that gdb printed.</summary>
    public string Debug(params string[] commands) => Run(["target remote " + _address, .. commands]);

    /// <summary>The same without connecting first.</summary>
    public string Run(params string[] commands) => Gdb(_elf, commands);

    public static string Gdb(string elf, params string[] commands) => GdbClient.RunScript(elf, commands);

    /// <summary>What a <c>maint packet</c> received, in order.</summary>
    public IReadOnlyList<string> Ask(params string[] packets)
    {
        var output = Debug([.. packets.Select(packet => "maint packet " + packet)]);
        return [.. output.Split('\n').Where(line => line.StartsWith("received: \"", StringComparison.Ordinal))
            .Select(line => line[11..].TrimEnd().TrimEnd('"'))];
    }

    public void Dispose() => Tool.Dispose();
}
