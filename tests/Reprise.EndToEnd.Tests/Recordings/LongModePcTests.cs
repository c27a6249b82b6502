using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Recordings;

/// <summary>A kernel in long mode, on the PC whose processor has it; and one of 32 bits there.</summary>
internal sealed class LongModePcTests
{
    [TestCase("x86_64", "torture")]
    [TestCase("x86_64", "timers")]
    [TestCase("x86", "torture")]
    public void Run_Kernel_WritesWhatItDoesOnQemu(string folder, string sample)
    {
        using var temporary = new TempFolder();
        var file = temporary.File("kernel.reprise");
        var kernel = Path.Combine(new Sample(folder).Folder, sample);
        var run = Tool.Run(
            "run", Path.Combine(kernel, sample + ".elf"), "--board", "pc-x86_64", "--serial", "uart0=null", "--serial",
            "console=stdio", "--record", file, "--max-instructions", "50_000_000");
        Assert.That(run.Output, Is.EqualTo(File.ReadAllText(Path.Combine(kernel, "expected.txt"))), run.ToString());
        Assert.That(Tool.Run("verify", file).Status, Is.Zero);
    }
}
