using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Conditional breakpoints, fences and interrupted searches against brute force.</summary>
public sealed class ConditionTests
{
    private const ulong Length = 60_000;

    [Test]
    public void ReverseContinue_Condition_VisitsEveryHitThatHolds([Values(2, 3, 1000)] int modulus)
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        var busy = fixture.AddressOf("busy");
        var other = fixture.AddressOf("note_service_call");
        var watched = fixture.AddressOf("exclusive_counter");
        bool Holds() => RegisterHash(timeline) % modulus == 0;

        bool IsHit()
        {
            var pc = timeline.Machine.Processor.ProgramCounter;
            return (pc == busy && Holds()) || pc == other;
        }

        var hits = new List<ulong>();
        timeline.Seek(0);
        while (timeline.Position < Length)
        {
            if (IsHit())
            {
                hits.Add(timeline.Position);
            }

            timeline.Replay(timeline.Position + 1, HitMode.Ignore);
        }

        Assert.That(hits, Has.Count.GreaterThan(2));
        fixture.Traveler.AddBreakpoint(busy, Holds);
        fixture.Traveler.AddBreakpoint(other);
        fixture.Traveler.AddWatchpoint(watched, 4, WatchKinds.Write);
        Assert.That(Backward(fixture, IsHit), Is.EqualTo(hits));
        Assert.That(timeline.Position, Is.Zero);
        Assert.That(Forward(fixture, isHit: IsHit), Is.EqualTo(hits.Where(hit => hit > 0)));
    }

    /// <summary>Anywhere in blocks, in IT blocks whose instructions are skipped, some with a condition and some without.</summary>
    [Test]
    public void Continue_ConditionsAnywhere_StopsWhereTheyHold([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        timeline.Seek(0);
        var way = new List<(ulong Address, uint Hash)>();
        for (; timeline.Position < Length; timeline.Replay(timeline.Position + 1, HitMode.Ignore))
        {
            way.Add((timeline.Machine.Processor.ProgramCounter, RegisterHash(timeline)));
        }

        var memory = timeline.Machine.Memory;
        var places = way.Select(step => step.Address).Distinct().ToLookup(
            address => timeline.Machine.Processor.Decoder.MayBeSkipped(memory, address));
        Assert.That(places[true].Count(), Is.GreaterThan(10), "IT blocks");
        var chosen = Pick(places[true], 4, random).Concat(Pick(places[false], 8, random))
            .ToDictionary(address => address, _ => random.Next(4) == 0 ? 1u : (uint)random.Next(2, 20));
        foreach (var (address, modulus) in chosen)
        {
            fixture.Traveler.AddBreakpoint(
                address, modulus == 1 ? null : () => RegisterHash(timeline) % modulus == 0);
        }

        bool Holds((ulong Address, uint Hash) step) =>
            chosen.TryGetValue(step.Address, out var modulus) && step.Hash % modulus == 0;

        var hits = Enumerable.Range(0, way.Count).Where(index => Holds(way[index])).Select(index => (ulong)index).ToList();
        Assert.That(hits, Has.Count.GreaterThan(2));
        Assert.That(Backward(fixture), Is.EqualTo(hits));
        Assert.That(timeline.Position, Is.Zero);
        Assert.That(Forward(fixture), Is.EqualTo(hits.Where(hit => hit > 0)));
    }

    [Test]
    public void Record_Condition_StopsWhereAReplayDoes()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        var timeline = fixture.Timeline;
        fixture.Traveler.AddBreakpoint(fixture.AddressOf("busy"), () => RegisterHash(timeline) % 2 == 0);
        var live = new List<ulong>();
        while (timeline.Position < Length)
        {
            Assert.That(fixture.Traveler.Continue(() => false).Kind, Is.EqualTo(TravelStopKind.Breakpoint));
            live.Add(timeline.Position);
        }

        timeline.Seek(0);
        Assert.That(Forward(fixture, timeline.End), Is.EqualTo(live.SkipLast(1)));
    }

    [Test]
    public void ReverseContinue_Fence_NeverGoesBeforeIt([Values(0ul, 1ul, 14_000ul, 20_123ul, Length)] ulong fence)
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        fixture.Traveler.AddBreakpoint(fixture.AddressOf("busy"));
        var all = Backward(fixture);
        fixture.Timeline.Seek(Length);
        fixture.Traveler.Fence = fence;
        Assert.That(Backward(fixture), Is.EqualTo(all.Where(hit => hit >= fence)));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(fence));
        Assert.That(fixture.Traveler.ReverseStep().Kind, Is.EqualTo(TravelStopKind.BeginOfHistory));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(fence));
    }

    [Test]
    public void ReverseContinue_InterruptedAgainAndAgain_FindsTheSameHits()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 2_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        fixture.Traveler.AddBreakpoint(fixture.AddressOf("busy"), () => RegisterHash(timeline) % 5 == 0);
        var expected = Backward(fixture);
        timeline.Seek(Length);
        var visited = new List<ulong>();
        var asked = 0;
        while (true)
        {
            // An interrupt every few looks: a search gets one interval or two further each time.
            var before = timeline.Position;
            var stop = fixture.Traveler.ReverseContinue(() => ++asked % 3 == 0);
            Assert.That(timeline.Position, Is.LessThanOrEqualTo(before));
            if (stop.Kind == TravelStopKind.BeginOfHistory)
            {
                break;
            }

            if (stop.Kind == TravelStopKind.Breakpoint)
            {
                visited.Insert(0, timeline.Position);
            }
        }

        Assert.That(asked, Is.GreaterThan(5), "the search was interrupted");
        Assert.That(visited, Is.EqualTo(expected));
    }

    [Test]
    public void ReverseToAccess_AnyBreakpoints_FindsTheAccessAndKeepsThem()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var traveler = fixture.Traveler;
        var counter = fixture.AddressOf("exclusive_counter");
        traveler.AddBreakpoint(fixture.AddressOf("busy"));
        var stop = traveler.ReverseToAccess(counter, 4, WatchKinds.Write, () => false);
        Assert.That(stop.Kind, Is.EqualTo(TravelStopKind.Watchpoint));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(stop.Watch.Position + 1));
        fixture.Timeline.Seek(stop.Watch.Position);
        var earlier = traveler.ReverseToAccess(counter, 4, WatchKinds.Write, () => false);
        Assert.That(earlier.Watch.Position, Is.LessThan(stop.Watch.Position));
        fixture.Timeline.Seek(earlier.Watch.Position + 1);
        var next = traveler.ForwardToAccess(counter, 4, WatchKinds.Write, () => false);
        Assert.That(next.Watch.Position, Is.EqualTo(stop.Watch.Position));
        Assert.That(traveler.Continue(() => false).Kind, Is.EqualTo(TravelStopKind.Breakpoint), "it is set still");
    }

    private static ulong[] Pick(IEnumerable<ulong> addresses, int count, Random random)
    {
        var all = addresses.ToArray();
        random.Shuffle(all);
        return all[..count];
    }

    private static List<ulong> Backward(TravelFixture fixture, Func<bool>? isHit = null)
    {
        var visited = new List<ulong>();
        while (fixture.Traveler.ReverseContinue(() => false) is { Kind: not TravelStopKind.BeginOfHistory } stop)
        {
            if (stop.Kind == TravelStopKind.Breakpoint)
            {
                visited.Insert(0, fixture.Timeline.Position);
            }
            else
            {
                // As gdb does: over the access, with the watchpoint taken out; a breakpoint there counts.
                fixture.Timeline.Seek(stop.Watch.Position);
                if (isHit?.Invoke() == true)
                {
                    visited.Insert(0, fixture.Timeline.Position);
                }
            }
        }

        return visited;
    }

    private static List<ulong> Forward(TravelFixture fixture, ulong end = Length, Func<bool>? isHit = null)
    {
        var visited = new List<ulong>();
        while (fixture.Timeline.Position < end)
        {
            var stop = fixture.Traveler.Continue(() => fixture.Timeline.Position >= end);
            if (stop.Kind == TravelStopKind.Breakpoint && fixture.Timeline.Position < end)
            {
                visited.Add(fixture.Timeline.Position);
            }
            else if (stop.Kind == TravelStopKind.Watchpoint)
            {
                fixture.Timeline.Replay(fixture.Timeline.Position + 1, HitMode.Ignore);
                if (isHit?.Invoke() == true)
                {
                    visited.Add(fixture.Timeline.Position);
                }
            }
        }

        return visited;
    }

    private static uint RegisterHash(Timeline timeline)
    {
        Span<byte> value = stackalloc byte[4];
        uint hash = 0;
        for (var register = 0; register < 14; register++)
        {
            timeline.Machine.Processor.ReadRegister(register, value);
            hash = (hash * 31) + BinaryPrimitives.ReadUInt32LittleEndian(value);
        }

        return hash >> 3;
    }
}
