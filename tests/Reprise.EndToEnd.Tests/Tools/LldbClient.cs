using System.Globalization;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>The newest LLDB that Debian has put on this machine, in batch mode.</summary>
internal static class LldbClient
{
    private static readonly string Program = Directory.EnumerateFiles("/usr/bin", "lldb-*")
        .Select(path => (Path: path, Suffix: Path.GetFileName(path)[5..]))
        .Where(file => file.Suffix.All(char.IsAsciiDigit))
        .OrderBy(file => int.Parse(file.Suffix, CultureInfo.InvariantCulture))
        .Select(file => file.Path)
        .LastOrDefault("lldb");

    /// <summary>Connects, executes the commands, and leaves.</summary>
    public static string Run(string elf, int port, params string[] commands)
    {
        List<string> arguments =
            ["--no-lldbinit", "--batch", "-o", "settings set auto-confirm true", "-o", $"target create {elf}", "-o",
             $"gdb-remote 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"];
        foreach (var command in commands)
        {
            arguments.AddRange(["-o", command]);
        }

        using var lldb = new RunningTool(Program, arguments);
        var result = lldb.WaitForExit();
        return result.Output + result.Error;
    }
}
