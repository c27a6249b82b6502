using System.Diagnostics;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>What the samples print, here and on QEMU.</summary>
public sealed class SampleTests
{
    private const string Qemu = "qemu-system-arm";

    [TestCase("overrun", 60_000_000ul)]
    [TestCase("ticks", 60_000_000ul)]
    [TestCase("compute", 1_500_000_000ul)]
    public void Run_Sample_PrintsWhatItShould(string sample, ulong limit) =>
        Assert.That(Print(sample, limit), Is.EqualTo(Expected(sample)));

    [TestCase("overrun")]
    [TestCase("ticks")]
    public void Run_SampleOnQemu_PrintsTheSame(string sample)
    {
        using var qemu = StartQemu(sample);
        var expected = Expected(sample);
        var printed = new char[expected.Length];
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            Assert.That(
                qemu.StandardOutput.ReadBlockAsync(printed, timeout.Token).AsTask().GetAwaiter().GetResult(),
                Is.EqualTo(expected.Length));
            Assert.That(new string(printed), Is.EqualTo(expected));
        }
        finally
        {
            qemu.Kill();
        }
    }

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

    private static Process StartQemu(string sample)
    {
        var start = new ProcessStartInfo(Qemu)
        {
            ArgumentList =
            {
                "-M", "mps2-an385", "-kernel", SampleFirmware.ElfPath(sample), "-nographic", "-monitor", "none",
                "-serial", "stdio", "-icount", "shift=3",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"{Qemu} is not installed");
            throw;
        }
    }
}
