using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>The same ELF here and on QEMU: equal console output.</summary>
internal sealed class SampleOutputTests
{
    [TestCase("overrun", 60_000_000ul)]
    [TestCase("ticks", 60_000_000ul)]
    [TestCase("recursion", 60_000_000ul)]
    [TestCase("echo", 60_000_000ul)]
    [TestCase("compute", 1_500_000_000ul)]
    [TestCase("polling", 100_000_000ul)]
    [TestCase("sleeping", 100_000_000ul)]
    [TestCase("guards", 60_000_000ul)]
    public void Run_Sample_PrintsWhatQemuPrints(string name, ulong limit)
    {
        var sample = new Sample(name);
        var input = name == "echo" ? sample.Input : "";
        var expected = sample.Expected;
        var ours = Tool.RunWith(input, "run", sample.Elf, "--max-instructions", $"{limit}");
        Assert.That(ours.Status, Is.Zero, ours.ToString());
        Assert.That(ours.Output, Is.EqualTo(expected));
        var peer = QemuRun.Until(sample.Elf, input, output => output.Length >= expected.Length);
        Assert.That(peer.Output.ReplaceLineEndings("\n"), Is.EqualTo(ours.Output), peer.Error);
    }

    /// <summary>
    /// Its sums depend on the time that instructions take, which differs; how its lines look and are numbered does not.
    /// </summary>
    [Test]
    public void Run_Torture_PrintsTheSameSortOfLines()
    {
        const string shape = @"^(round [0-9a-f]{8} order [0-9a-f]{8} sums( [0-9a-f]{8}){11}\n)+$";
        var elf = new Sample("torture").Elf;
        var ours = Tool.Run("run", elf, "--max-instructions", "4_000_000");
        Assert.That(ours.Output, Does.Match(shape));
        var lines = ours.Output.Split('\n').Length - 1;
        var peer = QemuRun.Until(elf, "", output => output.Split('\n').Length > lines);
        Assert.That(peer.Output, Does.Match(shape), peer.Error);
        Assert.That(Rounds(peer.Output).Take(lines), Is.EqualTo(Rounds(ours.Output)));
    }

    private static IEnumerable<string> Rounds(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..14]);
}
