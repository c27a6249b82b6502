using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>The samples print here what they print on QEMU: expected.txt beside each is what qemu-system-i386 7.2 wrote.</summary>
public sealed class X86SampleTests
{
    [TestCase("torture", 1)]
    [TestCase("stacks", 3)]
    public void Run_Sample_PrintsWhatItPrintsOnQemu(string name, int status)
    {
        using var sample = new X86Sample(name);

        var stop = sample.Machine.Run(1_000_000);

        Assert.That(sample.Text, Is.EqualTo(
            File.ReadAllText(Path.Combine(SampleFirmware.Folder, "x86", name, "expected.txt"))));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, status)));
    }
}
