using Reprise.Emulation.Machines;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Machines;

public sealed class UnansweredAccessTests
{
    /// <summary>The overrun sample's damaged pointer is read once, by the instruction that its HardFault reports.</summary>
    [Test]
    public void Run_ReadThatNothingAnswers_IsToldWithItsPlace()
    {
        var accesses = new List<UnansweredAccess>();
        var output = new TextOutput();
        using var machine = SampleFirmware.Start(SampleFirmware.Load("overrun"), output);
        machine.Unanswered = accesses.Add;
        machine.Run(6_000_000);
        Assert.That(machine.UnansweredAccesses, Is.EqualTo(1));
        Assert.That(accesses, Has.Count.EqualTo(1));
        var access = accesses[0];
        Assert.That(access.Access, Is.EqualTo(MemoryAccess.Read));
        Assert.That(
            output.Text.ToString(),
            Does.Contain($"HardFault at pc 0x{access.ProgramCounter:x8}, ").And.Contains($"address 0x{access.Address:x8}"));

        // The instruction at the position is the one that makes the access.
        var before = new TextOutput();
        using var second = SampleFirmware.Start(SampleFirmware.Load("overrun"), before);
        second.Run(access.Position);
        Assert.That(second.Processor.ProgramCounter, Is.EqualTo(access.ProgramCounter));
        Assert.That(second.UnansweredAccesses, Is.Zero);
    }

    /// <summary>The instructions sample reads what its MPU denies, and where nothing is: both are faults, and told apart.</summary>
    [Test]
    public void Run_AccessThatTheMpuDenies_IsToldFromOneThatNothingAnswers()
    {
        const ulong End = 130_000;
        var accesses = new List<UnansweredAccess>();
        using var machine = SampleFirmware.Start(SampleFirmware.Load("instructions"), new TextOutput());
        machine.Unanswered = accesses.Add;
        machine.Run(End);
        var (denied, unanswered) = (accesses.Where(access => access.IsDenied).ToList(), accesses.Where(access => !access.IsDenied).ToList());
        Assert.That(denied, Is.Not.Empty);
        Assert.That(unanswered, Is.Not.Empty);
        Assert.That(denied.Select(access => access.Address), Has.All.Matches<ulong>(address => machine.Memory.TryFind(address, out _, out _) || address >> 28 == 0xE));
        Assert.That(unanswered.Select(access => access.Address), Has.None.Matches<ulong>(address => machine.Memory.TryFind(address, out _, out _)));
    }
}
