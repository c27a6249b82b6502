using System.Diagnostics;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Cpus.X86;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// <c>samples/x86/identity</c> prints the same here and on QEMU: every leaf of CPUID, model-specific, control and debug
/// registers, and what is left of what is written to them.
/// </summary>
public sealed class IdentityAgainstQemuTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [TestCase("i386", "i386", "qemu32")]
    [TestCase("i386-nx", "i386", "qemu32,+nx")]
    [TestCase("x86_64", "x86_64", "qemu64")]
    public void Run_Identity_PrintsWhatQemuPrints(string model, string target, string cpu)
    {
        using var sample = new X86Sample(
            Path.Combine("..", "x86", "identity"), "identity", X86Model.All.Single(known => known.Name == model));

        var stop = sample.Machine.Run(30_000_000);

        Assert.That(sample.Text, Is.EqualTo(RunQemu(target, cpu, sample.Path)));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, 1)));
    }

    private static string RunQemu(string target, string cpu, string kernel)
    {
        var start = new ProcessStartInfo($"qemu-system-{target}") { RedirectStandardOutput = true };
        foreach (var option in (string[])[
            "-M", "pc", "-cpu", cpu, "-kernel", kernel, "-display", "none", "-monitor", "none", "-serial", "null",
            "-no-reboot", "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4"])
        {
            start.ArgumentList.Add(option);
        }

        using var qemu = Process.Start(start)!;
        using var guard = new Timer(_ => qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
        var text = qemu.StandardOutput.ReadToEnd();
        qemu.WaitForExit();
        return text;
    }
}
