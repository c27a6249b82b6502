using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>What the samples print; the end-to-end tests compare that with QEMU.</summary>
public sealed class SampleTests
{
    [TestCase("overrun", 60_000_000ul)]
    [TestCase("ticks", 60_000_000ul)]
    [TestCase("compute", 1_500_000_000ul)]
    [TestCase("polling", 100_000_000ul)]
    [TestCase("sleeping", 100_000_000ul)]
    [TestCase("guards", 60_000_000ul)]
    public void Run_Sample_PrintsWhatItShould(string sample, ulong limit) =>
        Assert.That(Print(sample, limit), Is.EqualTo(Expected(sample)));

    /// <summary>Runs until the machine stops by itself or has printed all that is expected.</summary>
    private static string Print(string sample, ulong limit)
    {
        const ulong slice = 1_000_000;
        var output = new TextOutput();
        var expected = Expected(sample).Length;
        using var machine = SampleFirmware.Start(SampleFirmware.Load(sample), output);
        while (machine.Position < limit && output.Text.Length < expected)
        {
            if (machine.Run(machine.Position + slice).Kind != StopKind.LimitReached)
            {
                break;
            }
        }

        return output.Text.ToString();
    }

    private static string Expected(string sample) =>
        File.ReadAllText(Path.Combine(SampleFirmware.Folder, sample, "expected.txt"));
}
