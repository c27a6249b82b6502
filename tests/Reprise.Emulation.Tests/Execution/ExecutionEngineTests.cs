using CsCheck;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

[TestFixture]
public sealed class ExecutionEngineTests
{
    [Test]
    public void RunTo_SingleSteps_EveryInstructionCountsOnce()
    {
        // The expected addresses come from the architecture, not from the engine: a skipped instruction counts (law 1).
        using var fixture = new EngineFixture(EngineFixture.Probe);
        uint[] offsets = [0, 2, 6, 8, 10, 12, 16, 18, 20, 22, 24, 26, 28, 30, 34, 36, 40, 42, 44, 46, 0];
        for (var i = 0; i < offsets.Length; i++)
        {
            Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + offsets[i]), $"position {i}");
            Assert.That(fixture.Engine.Position, Is.EqualTo((ulong)i));
            fixture.Engine.RunTo((ulong)i + 1);
        }
    }

    [Test]
    public void RunTo_AnyChopping_EqualsStraightRun()
    {
        const ulong End = 200_000;
        using var straight = new EngineFixture(EngineFixture.Probe);
        Assert.That(straight.Engine.RunTo(End).Kind, Is.EqualTo(ExitKind.LimitReached));
        var expected = straight.State();

        Gen.Int[1, 2_000].Array[100, 200].Sample(
            steps =>
            {
                using var chopped = new EngineFixture(EngineFixture.Probe);
                var position = 0ul;
                foreach (var step in steps)
                {
                    position = Math.Min(End, position + (ulong)step);
                    chopped.Engine.RunTo(position);
                    Assert.That(chopped.Engine.Position, Is.EqualTo(position));
                    if (step % 7 == 0)
                    {
                        chopped.Engine.BeginInterval();
                    }
                }

                chopped.Engine.RunTo(End);
                Assert.That(chopped.State(), Is.EqualTo(expected));
            },
            iter: 20,
            threads: 1);
    }

    [Test]
    public void RunTo_CodeAtZero_RunsLikeCodeElsewhere()
    {
        // adds r0, #1; eors r4, r0; bx r2, which is address 0 as well: the one that ends no run.
        byte[] program = [0x01, 0x30, 0x44, 0x40, 0x10, 0x47];
        using var straight = new EngineFixture(program, address: 0);
        straight.SetRegister(2, 1);
        Assert.That(straight.Engine.RunTo(3_001).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.That(straight.Register(0), Is.EqualTo(1_001));

        using var chopped = new EngineFixture(program, address: 0);
        chopped.SetRegister(2, 1);
        for (var position = 0ul; position <= 3_001; position += 1 + (position % 5))
        {
            chopped.Engine.RunTo(position);
            Assert.That(chopped.Engine.Position, Is.EqualTo(position));
        }

        chopped.Engine.RunTo(3_001);
        Assert.That(chopped.State(), Is.EqualTo(straight.State()));
    }

    /// <summary>A run ends behind an instruction that changes code.</summary>
    private static void RunOn(EngineFixture fixture, ulong position)
    {
        while (fixture.Engine.Position < position)
        {
            Assert.That(fixture.Engine.RunTo(position).Kind, Is.EqualTo(ExitKind.LimitReached));
        }
    }

    /// <summary>A store into its own block, or into one behind it, counts for the next instruction, wherever runs are stopped.</summary>
    [Test]
    public void RunTo_CodeThatWritesToItsOwnBlock_RunsWhatItWrote([Values(1, 3, 1_000)] int step, [Values] bool isTuned)
    {
        // str r2, [r1]; eors r2, r3; adds r0, #1 twice; two adds at r1, whose operands change with each turn; b to the first.
        byte[] program = [0x0a, 0x60, 0x5a, 0x40, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0xf8, 0xe7];
        using var fixture = new EngineFixture(program);
        fixture.Engine.TunesTranslations = isTuned;
        fixture.SetRegister(1, EngineFixture.CodeAddress + 8);
        fixture.SetRegister(2, 0x3005_3003);
        fixture.SetRegister(3, 0x3005_3003 ^ 0x3001_3001);
        for (var position = 0ul; position < 7_000; position += (ulong)step)
        {
            RunOn(fixture, Math.Min(7_000, position + (ulong)step));
        }

        Assert.That(fixture.Register(0), Is.EqualTo((500 * (2 + 8)) + (500 * (2 + 2))));
    }

    [Test]
    public void RunTo_DataBesideCode_IsWrittenAndRead()
    {
        // str r0, [r1]; ldr r4, [r1]; adds r5, r5, r4; adds r0, #1; b to the first.
        byte[] program = [0x08, 0x60, 0x0c, 0x68, 0x2d, 0x19, 0x01, 0x30, 0xfa, 0xe7];
        using var fixture = new EngineFixture(program);
        fixture.SetRegister(1, EngineFixture.CodeAddress + 0x40);
        fixture.Engine.RunTo(5_000);
        Assert.That((fixture.Register(4), fixture.Register(5)), Is.EqualTo((999u, 499_500u)));
    }

    [Test]
    public void RunTo_FirstPageIsForNobody_RunsCodeElsewhere()
    {
        // movs r0, #0; wfi; b to the first.
        using var fixture = new EngineFixture(
            [0x00, 0x20, 0x30, 0xbf, 0xfc, 0xe7], protection: new NoFirstPage(), address: EngineFixture.PageSize);
        for (var position = 2ul; position < 30; position += 3)
        {
            Assert.That(fixture.Engine.RunTo(position - 1).Kind, Is.EqualTo(ExitKind.LimitReached));
            Assert.That(fixture.Engine.RunTo(100).Kind, Is.EqualTo(ExitKind.Halted));
            Assert.That(fixture.Engine.Position, Is.EqualTo(position));
        }
    }

    [Test]
    public void Pages_OfMixedRights_AreNotedAsReadAndWritten()
    {
        // str r0, [r1]; str r0, [r1]; ldr r2, [r1, #0x720]; b . with a guard in each page of data.
        using var fixture = new EngineFixture(
            [0x08, 0x60, 0x08, 0x60, 0xd1, 0xf8, 0x20, 0x27, 0xfe, 0xe7], protection: new Guards());
        for (var interval = 0; interval < 2; interval++)
        {
            fixture.Engine.BeginInterval();
            fixture.SetPc(EngineFixture.CodeAddress);
            fixture.Engine.RunTo(fixture.Engine.Position + 4);
            var pages = fixture.Engine.Pages;
            Assert.That(
                pages.Touched.Select(pages.AccessTo),
                Is.EquivalentTo(new[]
                {
                    PagePermissions.Read | PagePermissions.Write, PagePermissions.Read,
                    PagePermissions.Read | PagePermissions.Execute,
                }));
        }
    }

    [Test]
    public void RunTo_UnmappedStore_StopsOnTheInstructionAndCountsIt()
    {
        // movs r1, #0; mvns r1, r1; lsls r1, r1, #20; nop; str r0, [r1]; nop
        using var fixture = new EngineFixture([0x00, 0x21, 0xc9, 0x43, 0x09, 0x05, 0x00, 0xbf, 0x08, 0x60, 0x00, 0xbf]);
        var exit = fixture.Engine.RunTo(100);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, 0xfff0_0000, MemoryAccess.Write)));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 8));
        Assert.That(fixture.Engine.Position, Is.EqualTo(5));
    }

    [Test]
    public void RunTo_UnmappedFetch_CountsTheBranchAndTheFetch()
    {
        // movs r1, #0xe0; lsls r1, r1, #24; adds r1, #1; bx r1
        using var fixture = new EngineFixture([0xe0, 0x21, 0x09, 0x06, 0x01, 0x31, 0x08, 0x47]);
        var exit = fixture.Engine.RunTo(100);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, 0xe000_0000, MemoryAccess.Fetch)));
        Assert.That(fixture.Pc, Is.EqualTo(0xe000_0000));
        Assert.That(fixture.Engine.Position, Is.EqualTo(5));
    }

    [TestCase(4ul)]
    [TestCase(3ul)]
    public void RunTo_LimitBeforeAnUnmappedFetch_StopsExactlyThere(ulong first)
    {
        using var fixture = new EngineFixture([0xe0, 0x21, 0x09, 0x06, 0x01, 0x31, 0x08, 0x47]);
        fixture.Engine.RunTo(first);
        var exit = fixture.Engine.RunTo(4);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.LimitReached)));
        Assert.That((fixture.Engine.Position, fixture.Pc), Is.EqualTo((4ul, 0xe000_0000ul)));
        Assert.That(fixture.Engine.RunTo(100).Kind, Is.EqualTo(ExitKind.MemoryFault));
        Assert.That(fixture.Engine.Position, Is.EqualTo(5));
    }

    [TestCase(100_000ul)]
    [TestCase(0x7f80ul)]
    public void RunTo_EndOfMemory_CountsTheFetchThatFails(ulong limit)
    {
        // nops up to the last byte of memory
        var program = Enumerable.Repeat<byte[]>([0x00, 0xbf], 0x7f80).SelectMany(nop => nop).ToArray();
        using var fixture = new EngineFixture(program);
        var exit = fixture.Engine.RunTo(limit);
        if (limit == 0x7f80)
        {
            Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.LimitReached)));
            Assert.That(fixture.Engine.Position, Is.EqualTo(limit));
            exit = fixture.Engine.RunTo(100_000);
        }

        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, 0x1_0000, MemoryAccess.Fetch)));
        Assert.That(fixture.Engine.Position, Is.EqualTo(0x7f81));
    }

    [Test]
    public void RunTo_SupervisorCall_ReportsNumberAndCountsIt()
    {
        // nop; svc 5; nop
        using var fixture = new EngineFixture([0x00, 0xbf, 0x05, 0xdf, 0x00, 0xbf]);
        var exit = fixture.Engine.RunTo(100);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.GuestException, Number: 2)));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 4));
        Assert.That(fixture.Engine.Position, Is.EqualTo(2));
    }

    [Test]
    public void RunTo_Breakpoint_StaysOnItAndCountsIt()
    {
        // nop; bkpt 0xab; nop
        using var fixture = new EngineFixture([0x00, 0xbf, 0xab, 0xbe, 0x00, 0xbf]);
        var exit = fixture.Engine.RunTo(100);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.GuestException, Number: 7)));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 2));
        Assert.That(fixture.Engine.Position, Is.EqualTo(2));
    }

    [TestCase(2ul)]
    [TestCase(100ul)]
    public void RunTo_WaitForInterrupt_HaltsBehindIt(ulong limit)
    {
        // nop; wfi; nop
        using var fixture = new EngineFixture([0x00, 0xbf, 0x30, 0xbf, 0x00, 0xbf]);
        var exit = fixture.Engine.RunTo(limit);
        Assert.That(exit.Kind, Is.EqualTo(ExitKind.Halted));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 4));
        Assert.That(fixture.Engine.Position, Is.EqualTo(2));
    }

    [Test]
    public void RunTo_UndefinedInstruction_StopsOnItAndCountsIt()
    {
        // nop; udf #0
        using var fixture = new EngineFixture([0x00, 0xbf, 0x00, 0xde]);
        var exit = fixture.Engine.RunTo(100);
        Assert.That(exit.Kind, Is.EqualTo(ExitKind.InvalidInstruction));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 2));
        Assert.That(fixture.Engine.Position, Is.EqualTo(2));
    }

    [Test]
    public void RunTo_CodeWrittenByTheGuest_RunsTheNewCode()
    {
        // Patches its own "movs r0, #1" at 0x10a to "movs r0, #2" on the second pass.
        // loop: adds r7, #1; ldr r2, [pc, #12]; adr r1, 0x10a...: written as: movw r1, #0x10a; movw r2, #0x2002;
        // target at 0x10a: movs r0, #1; strh r2, [r1]; b loop
        using var fixture = new EngineFixture(
        [
            0x01, 0x37, // 0x100 adds r7, #1
            0x40, 0xf2, 0x0a, 0x11, // 0x102 movw r1, #0x10a
            0x42, 0xf2, 0x02, 0x02, // 0x106 movw r2, #0x2002
            0x01, 0x20, // 0x10a movs r0, #1
            0x0a, 0x80, // 0x10c strh r2, [r1]
            0xf7, 0xe7, // 0x10e b 0x100
        ]);
        fixture.Engine.RunTo(4);
        Assert.That(fixture.Register(0), Is.EqualTo(1));
        fixture.Engine.BeginInterval();
        RunOn(fixture, 10);
        Assert.That(fixture.Register(0), Is.EqualTo(2));
    }

    [Test]
    public void Pages_AfterBeginInterval_NameOnlyThatIntervalsPages()
    {
        using var fixture = new EngineFixture(EngineFixture.Probe);
        fixture.Engine.RunTo(1_000);
        fixture.Engine.BeginInterval();
        Assert.That(fixture.Engine.Pages.Touched, Is.Empty);
        Assert.That(fixture.Engine.ExecutedBlocks, Is.Empty);
        fixture.Engine.RunTo(2_000);

        // Regions are numbered by address: 64 code pages, then data. The stack lies at 0x20007ff4, the words at +0x100.
        var written = fixture.Engine.Pages.Touched
            .Where(page => fixture.Engine.Pages.AccessTo(page).HasFlag(PagePermissions.Write)).Order();
        Assert.That(written, Is.EqualTo(new[] { 64, 64 + (0x7fff / EngineFixture.PageSize) }));
        Assert.That(fixture.Engine.Pages.AccessTo(0).HasFlag(PagePermissions.Execute));
        Assert.That(fixture.Engine.ExecutedBlocks, Has.Some.Matches<(ulong Address, uint Size)>(
            block => block.Address == EngineFixture.CodeAddress));
    }

    /// <summary>An MPU that denies a few bytes of each page of data.</summary>
    private sealed class Guards : IMemoryProtection
    {
        public bool IsActive => true;

        public IReadOnlyList<(uint First, uint Last)> TakeChanges() => [];

        public PagePermissions? RightsOf(ulong page) =>
            page < EngineFixture.DataAddress ? PagePermissions.All : null;

        public (uint Readable, uint Writable) PartsOf(ulong page) => (~1u, ~1u);

        public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction) =>
            address < EngineFixture.DataAddress || address % EngineFixture.PageSize >= 32;
    }

    /// <summary>An MPU that is set up to catch null pointers.</summary>
    private sealed class NoFirstPage : IMemoryProtection
    {
        public bool IsActive => true;

        public IReadOnlyList<(uint First, uint Last)> TakeChanges() => [];

        public PagePermissions? RightsOf(ulong page) =>
            page < EngineFixture.PageSize ? PagePermissions.None : PagePermissions.All;

        public (uint Readable, uint Writable) PartsOf(ulong page) => throw new NotSupportedException();

        public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction) => address >= EngineFixture.PageSize;
    }
}
