using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Reprise.Benchmarks;

/// <summary>Million guest instructions a second, for benchmarks whose operation is one instruction.</summary>
public sealed class SpeedColumn : IColumn
{
    /// <summary>Category of such benchmarks.</summary>
    public const string Instructions = "instructions";

    public string Id => nameof(SpeedColumn);

    public string ColumnName => "MIPS";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 100;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Million instructions a second, by the fastest iteration";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        benchmarkCase.Descriptor.HasCategory(Instructions) && summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (1e3 / statistics.Min).ToString("F0", CultureInfo.InvariantCulture)
            : "";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);
}
