using System.Runtime.InteropServices;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>Unicorn's TLB grows by what a guest needs. Each new interval clears it, whatever its size.</summary>
public sealed class TlbSizeTests
{
    [Test]
    public void Run_OfAGuestWhoseMpuChangesInManyIntervals_LeavesTheTlbSmall()
    {
        using var machine = SampleFirmware.Start(SampleFirmware.Load("guards"), new OutputHash());
        for (var position = 100_000ul; position <= 3_000_000; position += 100_000)
        {
            machine.Run(position, HitMode.Ignore);
            machine.Engine.BeginInterval();
        }

        // Elsewhere Unicorn's TLB is not looked into.
        var isKnown = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.That(machine.Engine.TlbEntries, Is.InRange(isKnown ? 1 : 0, 4096));
    }
}
