using CsCheck;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>Breakpoints against a brute-force scan that steps and looks at the PC.</summary>
[TestFixture]
public sealed class BreakpointTests
{
    private const ulong End = 3_000;

    // Starts of instructions in the probe: a block's first, one in an IT block that is often skipped, its last.
    private static readonly uint[] s_offsets = [0, 8, 18, 20, 26, 28, 34, 42, 44, 46];

    private static List<uint> s_trace = [];

    [OneTimeSetUp]
    public static void Trace()
    {
        using var fixture = new EngineFixture(EngineFixture.Probe);
        s_trace = [];
        for (var position = 0ul; position < End; position++)
        {
            s_trace.Add(fixture.Pc);
            fixture.Engine.RunTo(position + 1);
        }
    }

    [Test]
    public void RunTo_BreakpointsInStopMode_StopsAtEveryHitOfTheScan() =>
        Cases.Sample(
            offsets =>
            {
                using var fixture = new EngineFixture(EngineFixture.Probe);
                var addresses = offsets.Select(offset => EngineFixture.CodeAddress + offset).ToHashSet();
                foreach (var address in addresses)
                {
                    fixture.Engine.AddBreakpoint(address);
                }

                var stops = new List<ulong>();
                while (fixture.Engine.RunTo(End).Kind == ExitKind.Breakpoint)
                {
                    stops.Add(fixture.Engine.Position);
                }

                Assert.That(fixture.Engine.Position, Is.EqualTo(End));
                Assert.That(stops, Is.EqualTo(Hits(addresses).Where(position => position > 0)));
            },
            iter: 20,
            threads: 1);

    [Test]
    public void RunTo_BreakpointsInNoteMode_LastBreakpointIsTheScansLast() =>
        Gen.Select(Cases, Gen.ULong[1, End]).Sample(
            (offsets, limit) =>
            {
                using var fixture = new EngineFixture(EngineFixture.Probe);
                var addresses = offsets.Select(offset => EngineFixture.CodeAddress + offset).ToHashSet();
                fixture.Engine.RunTo(limit / 2);
                foreach (var address in addresses)
                {
                    fixture.Engine.AddBreakpoint(address);
                }

                Assert.That(fixture.Engine.RunTo(limit, HitMode.Note).Kind, Is.EqualTo(ExitKind.LimitReached));
                var hits = Hits(addresses).Where(position => position >= limit / 2 && position < limit).ToList();
                Assert.That(fixture.Engine.LastBreakpoint, Is.EqualTo(hits.Count > 0 ? hits[^1] : null));
            },
            iter: 60,
            threads: 1);

    [Test]
    public void RunTo_NoteModeAndEarlyFault_ForgetsHitsThatWereNotReached()
    {
        // movs r1, #0; mvns r1, r1; lsls r1, r1, #20; nop; str r0, [r1] (faults); nop
        using var fixture = new EngineFixture([0x00, 0x21, 0xc9, 0x43, 0x09, 0x05, 0x00, 0xbf, 0x08, 0x60, 0x00, 0xbf]);
        fixture.Engine.AddBreakpoint(EngineFixture.CodeAddress + 6);
        fixture.Engine.AddBreakpoint(EngineFixture.CodeAddress + 10);
        Assert.That(fixture.Engine.RunTo(100, HitMode.Note).Kind, Is.EqualTo(ExitKind.MemoryFault));
        Assert.That(fixture.Engine.LastBreakpoint, Is.EqualTo(3));
    }

    [Test]
    public void RemoveBreakpoint_AfterHit_RunsOn()
    {
        using var fixture = new EngineFixture(EngineFixture.Probe);
        fixture.Engine.AddBreakpoint(EngineFixture.CodeAddress + 8);
        Assert.That(fixture.Engine.RunTo(End).Kind, Is.EqualTo(ExitKind.Breakpoint));
        Assert.That(fixture.Engine.RemoveBreakpoint(EngineFixture.CodeAddress + 8), Is.True);
        Assert.That(fixture.Engine.RunTo(End).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.That(fixture.Engine.RemoveBreakpoint(EngineFixture.CodeAddress + 8), Is.False);
    }

    private static Gen<uint[]> Cases => Gen.Int[0, s_offsets.Length - 1].Select(i => s_offsets[i]).Array[1, 4];

    private static IEnumerable<ulong> Hits(IReadOnlySet<uint> addresses) =>
        s_trace.Select((pc, position) => (pc, position)).Where(at => addresses.Contains(at.pc))
            .Select(at => (ulong)at.position);
}
