using System.Globalization;
using System.Text.RegularExpressions;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>A stock gdb in batch mode.</summary>
internal static partial class GdbClient
{
    /// <summary>Connects, executes the commands, leaves without killing unless they do.</summary>
    public static string Run(string elf, int port, params string[] commands) =>
        RunScript(elf, ["target remote 127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture), .. commands]);

    public static string RunScript(string elf, params string[] commands)
    {
        using var gdb = Start(elf, commands);
        var result = gdb.WaitForExit();
        return NoMoreHistory().Replace(result.Output + result.Error, "No more reverse-execution history.");
    }

    /// <summary>What gdb 13 says, as newer ones do.</summary>
    [GeneratedRegex(@"Reached end of recorded history; stopping\.\n(Backward|Following forward) execution [^\n]*")]
    private static partial Regex NoMoreHistory();

    public static RunningTool Start(string elf, params string[] commands)
    {
        List<string> arguments = ["-q", "-nx", "-batch", "-ex", "set pagination off", "-ex", "set confirm off"];
        foreach (var command in commands)
        {
            arguments.AddRange(command.StartsWith("-x ", StringComparison.Ordinal)
                ? ["-x", command[3..]]
                : ["-ex", command]);
        }

        return new RunningTool("gdb-multiarch", [.. arguments, elf]);
    }
}
