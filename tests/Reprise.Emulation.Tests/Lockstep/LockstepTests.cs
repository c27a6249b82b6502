using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>Every instruction's registers, here and on QEMU; docs/qemu-differences.md says what may differ.</summary>
public sealed class LockstepTests
{
    [TestCase("mps2-an385", "instructions", 200_000)]
    [TestCase("mps2-an386", "instructions", 200_000)]
    [TestCase("mps2-an500", "instructions", 200_000)]
    [TestCase("mps2-an385", "compute", 100_000)]
    [TestCase("mps2-an385", "overrun", 100_000)]
    [TestCase("mps2-an385", "ticks", 100_000)]
    [TestCase("mps2-an385", "echo", 100_000)]
    public void Step_Sample_EqualsQemu(string board, string sample, int count) =>
        Compare(board, SampleFirmware.ElfPath(sample), count);

    private static void Compare(string board, string elf, int count)
    {
        using var qemu = new QemuTrace(board, elf, countTime: true);
        using var machine = MachineBuilder.Build(
            BoardCatalog.Find(board)!,
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction),
            FirmwareLoader.Load(elf, null),
            elf,
            new TextOutput());
        CoreState? before = null;
        for (var i = 0; i < count; i++)
        {
            var ours = CoreState.Of(machine.Processor);
            var theirs = qemu.Next();
            if (before is not null && theirs?.Core[15] == before.Core[15] && ours.Core[15] != before.Core[15])
            {
                // Counting time, QEMU begins an instruction that accesses a device anew, and logs it twice.
                theirs = qemu.Next();
            }

            Assert.That(theirs, Is.Not.Null, $"QEMU ended at position {i}");
            if (!ours.Equals(theirs!))
            {
                Assert.Fail($"position {i}, behind the instruction at {before?.Core[15]:x}, now at {ours.Core[15]:x}: ours/QEMU's"
                    + ours.DifferenceTo(theirs!));
            }

            before = ours;
            if (machine.Run(machine.Position + 1).Kind == StopKind.Sleeping)
            {
                // QEMU sleeps too, and logs nothing.
                TestContext.Out.WriteLine($"sleeps at position {machine.Position}");
                return;
            }
        }
    }
}
