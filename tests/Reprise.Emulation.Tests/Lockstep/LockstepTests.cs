using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>Every instruction's registers, here and on QEMU; docs/qemu-differences.md says what may differ.</summary>
public sealed class LockstepTests
{
    /// <summary>A wrong value is put right to see what else differs; a wrong PC ends the comparison.</summary>
    private const int MostDifferences = 12;

    private const ulong MostBetweenCalls = 100_000_000;

    [TestCase("microbit", "instructions-m0", 1_000_000)]
    [TestCase("mps2-an385", "instructions", 1_000_000)]
    [TestCase("mps2-an386", "instructions-m4f", 1_000_000)]
    [TestCase("mps2-an500", "instructions-m7", 1_000_000)]
    public void Step_EveryInstruction_EqualsQemu(string board, string name, int count) =>
        Compare(board, Path.Combine(SampleFirmware.Folder, "instructions", name + ".elf"), count, countTime: false);

    [TestCase("mps2-an385", "compute", 100_000)]
    [TestCase("mps2-an385", "overrun", 100_000)]
    [TestCase("mps2-an385", "ticks", 100_000)]
    public void Step_Sample_EqualsQemu(string board, string sample, int count) =>
        Compare(board, SampleFirmware.ElfPath(sample), count, countTime: true);

    [TestCase("mps2-an386")]
    [TestCase("mps2-an500")]
    [TestCase("microbit")]
    [TestCase("lm3s6965evb")]
    [TestCase("netduino2")]
    [TestCase("netduinoplus2")]
    [TestCase("stm32vldiscovery")]
    public void Step_HelloOfTheBoard_EqualsQemu(string board) =>
        Compare(board, Path.Combine(SampleFirmware.Folder, "boards", board, "hello.elf"), 100_000, countTime: true);

    /// <summary>Samples of runs that are too long to be compared instruction by instruction: each call of a function.</summary>
    [TestCase("compute", "run_round", 100, 140_000_000)]
    [TestCase("compute", "quick_sort", 20_000, 50_000_000)]
    public void Run_EachCallOfAFunction_EqualsQemu(string sample, string function, int calls, long least) =>
        CompareCalls("mps2-an385", SampleFirmware.ElfPath(sample), function, calls, least);

    /// <summary>Each processor: the first instructions one by one, then one state a round of a computation that keeps every error.</summary>
    [TestCase("microbit", 50_000_000)]
    [TestCase("lm3s6965evb", 50_000_000)]
    [TestCase("mps2-an386", 50_000_000)]
    [TestCase("mps2-an500", 50_000_000)]
    [TestCase("netduinoplus2", 20_000_000)]
    public void Run_RoundsOfTheBoard_EqualsQemu(string board, long instructions)
    {
        var elf = Path.Combine(SampleFirmware.Folder, "boards", board, "rounds.elf");
        Compare(board, elf, 100_000, countTime: true);
        CompareCalls(board, elf, "rounds_mark", (int)(instructions / 10_000), instructions);
    }

    private static void CompareCalls(string board, string elf, string function, int calls, long least)
    {
        var image = FirmwareLoader.Load(elf, null);
        var address = image.Symbols.First(symbol => symbol.Name == function).Address & ~1ul;
        using var qemu = new QemuTrace(board, elf, ((uint)address, 2), countTime: true);
        using var machine = MachineBuilder.Build(
            BoardCatalog.Find(board)!,
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction),
            image,
            elf,
            new TextOutput());
        machine.Engine.AddBreakpoint(address);
        for (var call = 0; call < calls; call++)
        {
            Assert.That(machine.Run(machine.Position + MostBetweenCalls).Kind, Is.EqualTo(StopKind.Breakpoint));
            var ours = CoreState.Of(machine.Processor);
            var theirs = qemu.NextLike(ours);
            Assert.That(theirs, Is.Not.Null, $"QEMU ended before call {call}");
            Assert.That(
                ours.Equals(theirs!), $"call {call}, position {machine.Position}: ours/QEMU's{ours.DifferenceTo(theirs!)}");
        }

        Assert.That(machine.Position, Is.GreaterThan((ulong)least));
    }

    private static void Compare(string board, string elf, int count, bool countTime)
    {
        using var qemu = new QemuTrace(board, elf, countTime: countTime);
        using var machine = MachineBuilder.Build(
            BoardCatalog.Find(board)!,
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction),
            FirmwareLoader.Load(elf, null),
            elf,
            new TextOutput());
        List<string> differences = [];
        var before = new CoreState();
        for (var i = 0; i < count && differences.Count < MostDifferences; i++)
        {
            if (!CanBeFetched(machine))
            {
                // What can't be fetched counts as an instruction, and QEMU logs none.
                machine.Run(machine.Position + 1);
            }

            var ours = CoreState.Of(machine.Processor);
            var theirs = qemu.NextLike(ours);
            if (theirs is null)
            {
                differences.Add($"QEMU ended at position {i}, at {ours.Core[15]:x}");
                break;
            }

            if (!ours.Equals(theirs))
            {
                differences.Add($"position {i}, behind {before.Core[15]:x}, at {ours.Core[15]:x}: ours/QEMU's"
                    + ours.DifferenceTo(theirs));
                if (ours.Core[15] != theirs.Core[15])
                {
                    break;
                }

                Correct(machine, theirs);
            }

            before = ours;
            machine.Run(machine.Position + 1);
            if (machine.Processor.Sleeping)
            {
                // QEMU sleeps too, and logs nothing.
                TestContext.Out.WriteLine($"sleeps at position {machine.Position}");
                break;
            }
        }

        Assert.That(differences, Is.Empty, string.Join('\n', differences));
    }

    private static bool CanBeFetched(Machine machine)
    {
        var pc = machine.Processor.ProgramCounter;
        var code = machine.Memory.BytesFrom(pc);
        return !code.IsEmpty
            && (machine.Processor.Protection is not { IsActive: true } protection
                || (MayExecute(protection, pc)
                    && MayExecute(protection, pc + (ulong)machine.Processor.Decoder.Length(code) - 1)));
    }

    private static bool MayExecute(IMemoryProtection protection, ulong address) =>
        (protection.ExecutableParts(address & ~1023ul) >> (int)(address % 1024 / 32) & 1) != 0;

    private static void Correct(Machine machine, CoreState theirs)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        for (var i = 0; i <= 13; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, theirs.Core[i]);
            machine.Processor.WriteRegister(i, bytes);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, theirs.Core[CoreState.Xpsr]);
        machine.Processor.WriteRegister(CoreState.Xpsr, bytes);
    }
}
