using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>The registers of a CPU with an FPU.</summary>
internal sealed class FloatingPointTests
{
    [TestCase("mps2-an386")]
    [TestCase("mps2-an500")]
    public void Registers_Fpu_AreShownAndWritten(string board)
    {
        using var served = Served.Live("overrun", "--board", board);
        var output = served.Debug(
            "set $d3 = 1.5", "p $d3", "p/x $fpscr", "set $s1 = -2.0", "p $s1", "p $s0", "monitor info registers", "stepi",
            "reverse-stepi", "p $d3", "info registers pc");
        Assert.That(output, Does.Contain("$1 = 1.5").And.Contain("$2 = 0x0").And.Contain("$3 = -2"));
        Assert.That(output, Does.Contain("$5 = 1.5").And.Contain("FPSCR: 00000000"));
    }
}
