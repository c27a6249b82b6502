using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>
/// Input from a file comes to a UART at its baud rate: the sample's buffer holds 64 bytes, and an interrupt fills it.
/// </summary>
internal sealed class SerialPaceTests
{
    private const int Lines = 200;

    [TestCase("lm3s6965evb")]
    [TestCase("microbit")]
    [TestCase("mps2-an386")]
    [TestCase("mps2-an500")]
    [TestCase("netduino2")]
    [TestCase("netduinoplus2")]
    [TestCase("stm32vldiscovery")]
    public void Run_MoreInputThanTheBufferHolds_LosesNothing(string board)
    {
        using var folder = new TempFolder();
        var (input, file) = (folder.File("input.txt"), folder.File("echo.reprise"));
        var lines = Enumerable.Range(1, Lines).Select(number => string.Create(CultureInfo.InvariantCulture, $"line {number}"));
        File.WriteAllText(input, string.Join('\n', lines) + "\nquit\n");
        var elf = Path.Combine(Sample.Repository, "samples", "boards", board, "echo.elf");
        var ours = Tool.Run(
            "run", elf, "--board", board, "--serial", $"uart0=stdio,input={input}", "--record", file,
            "--max-instructions", "100_000_000");
        Assert.That(ours.Output.Split('\n').Count(line => line.Contains(" ENIL", StringComparison.Ordinal)), Is.EqualTo(Lines), ours.ToString());
        Assert.That(ours.Output, Does.Contain("> 200: 002 ENIL\n").And.EndWith("bye\n"));
        Assert.That(Tool.Run("verify", file).Status, Is.Zero);
    }
}
