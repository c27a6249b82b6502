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

    /// <summary>What <c>monitor</c> shows of registers and memory, and how it refuses.</summary>
    [TestCase("arm", "mps2-an385", "overrun/overrun", "sensor_calibrate")]
    [TestCase("arm", "mps2-an386", "boards/mps2-an386/tick", "main")]
    [TestCase("i386", "pc", "x86/torture/torture", "value")]
    [TestCase("x86_64", "pc-x86_64", "x86_64/timers/timers", "enter_user")]
    public void Monitor_OnBoth_ShowsTheSame(string architecture, string board, string sample, string place)
    {
        string[] commands =
        [
            .. place.Length > 0 ? [$"break {place}", "continue", "delete"] : Array.Empty<string>(),
            .. new[]
            {
                "info registers", "info status", "x/4xw ADDRESS", "x/5xb ADDRESS", "x/20xb ADDRESS", "x/3xh ADDRESS",
                "x/2xg ADDRESS", "x/3dw ADDRESS", "x/9db ADDRESS", "x/3dh ADDRESS", "x/2dg ADDRESS", "x/3uw ADDRESS",
                "x/9ub ADDRESS", "x/3uh ADDRESS", "x/2ug ADDRESS", "x/3ow ADDRESS", "x/9ob ADDRESS", "x/3oh ADDRESS",
                "x/2og ADDRESS", "x/4c ADDRESS", "x/20cb ADDRESS", "x/2 ADDRESS", "xp/3xw ADDRESS", "x/0x ADDRESS",
                "x/2xw ADDRESS+8", "x ADDRESS", "x/2z ADDRESS", "p 10+6", "print /d 16", "print /o 8", "p /c 65",
            }.Select(command => "monitor " + command.Replace(
                "ADDRESS", architecture == "arm" ? "0x10" : "0x100010", StringComparison.Ordinal)),
            .. architecture == "arm" ? ["monitor x/4xw 0x60000000"] : Array.Empty<string>(),
            "kill",
        ];
        var elf = Path.Combine(Sample.Repository, "samples", sample + ".elf");
        var kernel = architecture == "x86_64" ? elf.Replace(".elf", "-32.elf", StringComparison.Ordinal) : elf;
        var port = FreePort.Take();
        using var qemu = new RunningTool(
            $"qemu-system-{architecture}",
            ["-M", board.Split('-') is ["pc", ..] ? "pc" : board, "-kernel", kernel, "-display", "none", "-serial", "null",
             "-monitor", "none", "-icount", "shift=3", "-gdb", $"tcp:127.0.0.1:{port}", "-S"]);
        qemu.WaitFor(() => FreePort.IsListening(port));
        var expected = Shown(GdbClient.Run(elf, port, commands));
        using var server = DebugServer.Of(elf, "run", elf, "--board", board, "--gdb", "0", "--wait");
        var actual = Shown(server.Debug(commands).Text);
        Assert.That(expected, Has.Count.GreaterThan(45), string.Join('\n', expected));
        Assert.That(string.Join('\n', actual), Is.EqualTo(string.Join('\n', expected)));

        // What a BIOS leaves in EDI is none of the kernel's.
        List<string> Shown(string output) => Comparable(
            Regex.Replace(output[output.IndexOf("CPU#0", StringComparison.Ordinal)..], "EDI=[0-9a-f]{8}", "EDI=any"));
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
