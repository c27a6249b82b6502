using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Travel against brute force: every hit found by going forward one instruction at a time.</summary>
public sealed class TravelerTests
{
    private const ulong Length = 60_000;

    /// <summary>A long way forward leaves something near its end to step back from, even in one long interval.</summary>
    [Test]
    public void Continue_LongWay_KeepsSnapshotsOnIt()
    {
        const ulong length = 39_000_000;
        using var recorded = new TravelFixture("compute", intervalLength: 2 * length);
        recorded.Record(length);
        recorded.Recorder.CloseInterval();
        using var fixture = TravelFixture.Replaying("compute", recorded.Timeline.History);
        Assert.That(fixture.Traveler.Continue(() => false).Kind, Is.EqualTo(TravelStopKind.EndOfHistory));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(length));
        var nearest = fixture.Timeline.Snapshots.FindAtOrBefore(length - 1)!;
        Assert.That(length - nearest.Position, Is.LessThanOrEqualTo(5_000_000));
    }

    [Test]
    public void ReverseContinue_Breakpoints_VisitsEveryHitOfAForwardScanBackwards()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        var addresses = new[] { "busy", "note_service_call", "skip_instruction" }.Select(fixture.AddressOf).ToHashSet();
        timeline.Seek(0);
        var hits = new List<ulong>();
        while (timeline.Position < Length)
        {
            if (addresses.Contains(timeline.Machine.Processor.ProgramCounter))
            {
                hits.Add(timeline.Position);
            }

            timeline.Replay(timeline.Position + 1, HitMode.Ignore);
        }

        Assert.That(hits, Has.Count.GreaterThan(20));
        foreach (var address in addresses)
        {
            fixture.Traveler.AddBreakpoint(address);
        }

        var visited = new List<ulong>();
        while (fixture.Traveler.ReverseContinue(() => false).Kind == TravelStopKind.Breakpoint)
        {
            visited.Add(timeline.Position);
        }

        visited.Reverse();
        Assert.That(visited, Is.EqualTo(hits));
        Assert.That(timeline.Position, Is.Zero);

        var forward = new List<ulong>();
        while (timeline.Position < Length)
        {
            var stop = fixture.Traveler.Continue(() => timeline.Position >= Length);
            if (stop.Kind == TravelStopKind.Breakpoint && timeline.Position < Length)
            {
                forward.Add(timeline.Position);
            }
        }

        Assert.That(forward, Is.EqualTo(hits.Where(hit => hit > 0)));
    }

    [Test]
    public void ReverseContinue_Watchpoint_VisitsEveryChangeOfAForwardScanBackwards()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        var address = fixture.AddressOf("exclusive_counter");
        timeline.Seek(0);
        var changes = new List<ulong>();
        Span<byte> before = stackalloc byte[4];
        Span<byte> after = stackalloc byte[4];
        timeline.Machine.Peek(address, before);
        while (timeline.Position < Length)
        {
            timeline.Replay(timeline.Position + 1, HitMode.Ignore);
            timeline.Machine.Peek(address, after);
            if (!after.SequenceEqual(before))
            {
                changes.Add(timeline.Position);
                after.CopyTo(before);
            }
        }

        Assert.That(changes, Has.Count.GreaterThan(5));
        fixture.Traveler.AddWatchpoint(address, 4, WatchKinds.Write);
        var visited = new List<ulong>();
        while (fixture.Traveler.ReverseContinue(() => false).Kind == TravelStopKind.Watchpoint)
        {
            visited.Add(timeline.Position);
            var again = fixture.Traveler.ReverseStep();
            Assert.That((again.Kind, timeline.Position), Is.EqualTo((TravelStopKind.Watchpoint, visited[^1])),
                "told first");
            timeline.Seek(timeline.Position - 1);
        }

        visited.Reverse();
        Assert.That(visited, Is.SupersetOf(changes), "a write that changes nothing is a hit too");
        Assert.That(visited, Is.Ordered.And.Unique);
    }

    [Test]
    public void StepAndReverseStep_Anywhere_IsNothing()
    {
        using var fixture = new TravelFixture("torture", intervalLength: 7_000);
        fixture.Record(Length);
        var timeline = fixture.Timeline;
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
        {
            timeline.Seek((ulong)random.NextInt64((long)Length - 1) + 1);
            var hash = timeline.StateHash();
            fixture.Traveler.ReverseStep();
            fixture.Traveler.Step(() => false);
            Assert.That(timeline.StateHash(), Is.EqualTo(hash), $"position {timeline.Position}");
        }
    }
}
