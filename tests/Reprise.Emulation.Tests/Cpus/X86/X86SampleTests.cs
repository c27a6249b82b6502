using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The samples print here what they print on QEMU: expected.txt beside each is what qemu-system-i386 7.2 wrote.</summary>
public sealed class X86SampleTests
{
    [TestCase("i386", "torture", 1)]
    [TestCase("i386", "instructions", 1)]
    [TestCase("i386", "stacks", 3)]
    [TestCase("i386", "rings", 1)]
    [TestCase("i386", "rewrites", 1)]
    [TestCase("x86_64", "torture", 1)]
    [TestCase("x86_64", "timers", 1)]
    public void Run_Sample_PrintsWhatItPrintsOnQemu(string model, string name, int status)
    {
        using var sample = new X86Sample(name, model: X86Model.All.Single(known => known.Name == model));

        var stop = sample.Machine.Run(30_000_000);

        Assert.That(sample.Text, Is.EqualTo(
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(sample.Path)!, "expected.txt"))));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, status)));
    }
}
