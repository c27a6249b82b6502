namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>What a process left behind.</summary>
internal sealed record ToolResult(int Status, string Output, string Error)
{
    public override string ToString() => $"status {Status}\n--- output\n{Output}\n--- error\n{Error}";
}
