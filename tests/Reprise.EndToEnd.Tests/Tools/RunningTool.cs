using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>A real process of a program; killed when the test is over.</summary>
internal sealed partial class RunningTool : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public RunningTool(string program, IEnumerable<string> arguments, string? input = "", string? folder = null)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder ?? Sample.Repository,
            },
        };
        _process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (input is not null)
        {
            Feed(input);
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The console so far, whole lines.</summary>
    public string Output => Text(_output);

    public string Error => Text(_error);

    public Process Process => _process;

    /// <summary>The real tool, as it was built with these tests.</summary>
    public static RunningTool Reprise(params string[] arguments) => Reprise(arguments, "");

    /// <param name="arguments">The command line.</param>
    /// <param name="input">What stdin gives before it ends; null leaves it open and silent.</param>
    public static RunningTool Reprise(string[] arguments, string? input) =>
        new(Path.Combine(AppContext.BaseDirectory, "reprise"), arguments, input);

    /// <summary>Port of the debug server, once it listens.</summary>
    public int WaitForPort()
    {
        WaitFor(() => ListeningLine().IsMatch(Error));
        return int.Parse(ListeningLine().Match(Error).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public void WaitFor(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > _patience || (_process.HasExited && watch.ElapsedMilliseconds > 5_000))
            {
                throw new TimeoutException($"waited in vain; output: {Output} error: {Error}");
            }

            Thread.Sleep(5);
        }
    }

    public ToolResult WaitForExit()
    {
        if (!_process.WaitForExit(_patience))
        {
            throw new TimeoutException($"still running; output: {Output} error: {Error}");
        }

        _process.WaitForExit();
        return new ToolResult(_process.ExitCode, Output, Error);
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"^listening on .*:(\d+)$", RegexOptions.Multiline)]
    private static partial Regex ListeningLine();

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Feed(string input)
    {
        try
        {
            _process.StandardInput.Write(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything.
        }
    }
}
