using System.CommandLine;

namespace Reprise.Cli.Options;

/// <summary>How much memory snapshots may take, of a run or of a replay.</summary>
internal sealed class SnapshotBudgetOption
{
    /// <summary>Bytes, where nobody goes back.</summary>
    public const long Least = 256 << 20;

    private const int ShareOfHost = 8;

    /// <summary>Bytes, where somebody does: an eighth of the memory that the host gives this process.</summary>
    public static long ForTravel => Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfHost);

    public Option<long?> Option { get; } = ParsedOption.Create<long?>(
        "--snapshot-budget",
        "SIZE",
        "Memory that snapshots may take: 256M for a run without gdb, else an eighth of the host's, at least 256M.",
        text => Quantity.ParseSize(text));

    /// <summary>In bytes.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="isForTravel">A debugger is to go back and forth.</param>
    public long Read(ParseResult result, bool isForTravel) =>
        result.GetValue(Option) ?? (isForTravel ? ForTravel : Least);
}
