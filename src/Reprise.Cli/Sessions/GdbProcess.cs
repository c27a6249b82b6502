using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Sessions;

/// <summary>A gdb on this terminal, connected to a server.</summary>
internal sealed class GdbProcess : IDisposable
{
    /// <summary>Names another gdb than Debian's.</summary>
    private const string Variable = "REPRISE_GDB";

    private readonly Process _process;

    /// <param name="symbols">The ELF file; null when there is none.</param>
    /// <param name="architecture">gdb's name of the target's, where it would take another one; null if not.</param>
    /// <param name="server">Where to connect.</param>
    /// <param name="arguments">More arguments for gdb, after the connection.</param>
    /// <param name="exited">Called when gdb is gone.</param>
    /// <exception cref="CliException">There is no such gdb.</exception>
    public GdbProcess(string? symbols, string? architecture, EndPoint server, IEnumerable<string> arguments, Action exited)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var start = new ProcessStartInfo(string.IsNullOrEmpty(named) ? "gdb-multiarch" : named);
        start.ArgumentList.Add("-q");
        if (symbols is not null)
        {
            start.ArgumentList.Add(symbols);
        }

        start.ArgumentList.Add("-x");
        start.ArgumentList.Add(GdbScript.Path);
        if (architecture is not null)
        {
            start.ArgumentList.Add("-ex");
            start.ArgumentList.Add($"set architecture {architecture}");
        }

        start.ArgumentList.Add("-ex");
        start.ArgumentList.Add($"target remote {server}");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => exited();
        try
        {
            _process.Start();
        }
        catch (Win32Exception e)
        {
            throw new CliException($"can't start '{start.FileName}': {e.Message}. Install gdb-multiarch (Debian, Ubuntu: "
                + $"apt install gdb-multiarch), or set {Variable} to a gdb that knows the target's architecture.");
        }
    }

    /// <summary>Waits for gdb to end.</summary>
    /// <returns>Its exit status.</returns>
    public int Wait()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();
}
