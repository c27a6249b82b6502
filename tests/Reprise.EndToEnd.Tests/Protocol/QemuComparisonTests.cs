using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>
/// The same gdb script against qemu-system-arm and against Reprise prints the same. What differs, and why, stands in
/// docs/qemu-differences.md; only that is left out here.
/// </summary>
internal sealed partial class QemuComparisonTests
{
    [TestCase("compute")]
    [TestCase("overrun")]
    public void Script_OnBoth_PrintsTheSame(string sample)
    {
        var elf = new Sample(sample).Elf;
        var script = Path.Combine(Sample.Repository, "tests", "Reprise.EndToEnd.Tests", "Scripts", sample + ".gdb");
        var expected = OnQemu(elf, script);
        using var served = Served.Live(sample);
        var actual = served.Debug($"-x {script}", "kill");
        Assert.That(Comparable(expected), Has.Count.GreaterThan(20), expected);
        Assert.That(Comparable(actual), Is.EqualTo(Comparable(expected)));
    }

    private static string OnQemu(string elf, string script)
    {
        var port = FreePort.Take();
        using var qemu = new RunningTool(
            "qemu-system-arm",
            ["-M", "mps2-an385", "-kernel", elf, "-display", "none", "-serial", "null", "-monitor", "none",
             "-icount", "shift=3", "-gdb", $"tcp:127.0.0.1:{port}", "-S"]);
        qemu.WaitFor(() => FreePort.IsListening(port));
        return GdbClient.Run(elf, port, $"-x {script}", "kill");
    }

    /// <summary>The lines that are no listed difference: QEMU 7.2 does not describe the system registers.</summary>
    private static List<string> Comparable(string output) =>
        [.. output.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && !Different().IsMatch(line))];

    [GeneratedRegex(@"^(msp|psp|primask|basepri|faultmask|control) ")]
    private static partial Regex Different();
}
