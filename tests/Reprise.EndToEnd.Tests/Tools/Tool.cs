namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>Runs the real tool to its end.</summary>
internal static class Tool
{
    public static ToolResult Run(params string[] arguments) => RunWith("", arguments);

    public static ToolResult RunWith(string input, params string[] arguments)
    {
        using var tool = RunningTool.Reprise(arguments, input);
        return tool.WaitForExit();
    }

    /// <summary>Records a sample, whatever its end.</summary>
    public static ToolResult Record(string sample, string file, ulong limit, string input = "") =>
        RunWith(input, "run", new Sample(sample).Elf, "--record", file, "--max-instructions", $"{limit}");
}
