using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A search with others' help finds what it finds alone.</summary>
public sealed class SearchCrewTests
{
    private const ulong Length = 400_000;

    /// <summary>Memory that no sample touches.</summary>
    private const ulong Unused = 0x2010_0000;

    /// <param name="sample">The firmware.</param>
    /// <param name="budget">Bytes of snapshots: a small one makes stretches of several intervals.</param>
    [TestCase("torture", 1 << 28)]
    [TestCase("torture", 300_000)]
    [TestCase("ticks", 1 << 28)]
    [TestCase("echo", 1 << 28)]
    public void ReverseContinue_Watchpoints_VisitsWhatItVisitsAlone(string sample, long budget)
    {
        using var recorded = new TravelFixture(
            sample, 7_000, sample == "echo" ? new ScriptedInput(string.Concat(Enumerable.Repeat("one two\nthree\n", 40))) : null,
            budget: budget);
        recorded.Record(Length);
        recorded.Recorder.CloseInterval();
        var random = new Random(1);
        var objects = recorded.Firmware.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
        using var crew = new SearchCrew(() => TravelFixture.Replaying(sample, new History()).Timeline, 3, patience: 0);
        var helped = new Traveler(recorded.Timeline, recorded.Recorder, crew);
        for (var i = 0; i < 12; i++)
        {
            var address = random.Next(3) == 0 ? 0x2040_0000ul - (ulong)random.Next(1, 80) * 4 : objects[random.Next(objects.Count)].Address;
            var kinds = (WatchKinds)(1 << random.Next(3));
            var origin = (ulong)random.NextInt64((long)recorded.Timeline.End);
            var alone = Visit(recorded.Traveler, address, kinds, origin);
            Assert.That(Visit(helped, address, kinds, origin), Is.EqualTo(alone), $"{kinds} of {address:x} before {origin}");
        }

        Assert.That(crew.Searched, Is.GreaterThan(20), "the crew was asked");
    }

    [Test]
    public void ReverseContinue_OnABranch_SeesItsOwnWrites()
    {
        using var fixture = new TravelFixture("ticks", 7_000);
        using var crew = new SearchCrew(() => TravelFixture.Replaying("ticks", new History()).Timeline, 2, patience: 0);
        var traveler = new Traveler(fixture.Timeline, fixture.Recorder, crew);
        fixture.Record(300_000);
        fixture.Timeline.Seek(100_000);
        fixture.Recorder.Poke(InputKind.Memory, [.. BitConverter.GetBytes(Unused), 1, 2, 3, 0xa5]);
        fixture.Record(130_000);
        traveler.AddWatchpoint(Unused + 3, 1, WatchKinds.Change);
        var stop = traveler.ReverseContinue(() => false);
        var poke = new WatchHit(99_999, Unused + 3, WatchKinds.Write, WatchKinds.Change, IsOutside: true);
        Assert.That((stop.Kind, stop.Watch, fixture.Timeline.Position), Is.EqualTo((TravelStopKind.Watchpoint, poke, 100_000ul)));
        fixture.Timeline.Seek(99_999);
        Assert.That(traveler.ReverseContinue(() => false).Kind, Is.EqualTo(TravelStopKind.BeginOfHistory));
        Assert.That(crew.Searched, Is.Positive);
    }

    [Test]
    public void ReverseContinue_CrewFails_SearchesAlone()
    {
        using var fixture = new TravelFixture("torture", 7_000);
        fixture.Record(Length);
        fixture.Recorder.CloseInterval();
        var address = fixture.AddressOf("exclusive_counter");
        var alone = Visit(fixture.Traveler, address, WatchKinds.Write, Length);
        using var crew = new SearchCrew(() => throw new IOException("gone"), 2, patience: 0);
        Assert.That(
            Visit(new Traveler(fixture.Timeline, fixture.Recorder, crew), address, WatchKinds.Write, Length), Is.EqualTo(alone));
        Assert.That(alone, Is.Not.Empty);
    }

    [Test]
    public void ReverseContinue_Interrupted_StaysWhereItHasSearched()
    {
        using var fixture = new TravelFixture("compute", 100_000);
        fixture.Record(30_000_000);
        fixture.Recorder.CloseInterval();
        using var crew = new SearchCrew(() => TravelFixture.Replaying("compute", new History()).Timeline, 2, patience: 0);
        var traveler = new Traveler(fixture.Timeline, fixture.Recorder, crew);
        traveler.AddWatchpoint(0x2040_0000 - 4096, 4096, WatchKinds.Read);
        var stop = traveler.ReverseContinue(() => true);
        Assert.That((stop.Kind, fixture.Timeline.Position), Is.EqualTo((TravelStopKind.Interrupted, 30_000_000ul)));
        Assert.That(crew.Searched, Is.LessThan(300));
    }

    private static List<(TravelStopKind, ulong)> Visit(Traveler traveler, ulong address, WatchKinds kinds, ulong origin)
    {
        traveler.Timeline.Seek(origin);
        traveler.AddWatchpoint(address, 4, kinds);
        var visited = new List<(TravelStopKind, ulong)>();
        for (var i = 0; i < 4; i++)
        {
            var stop = traveler.ReverseContinue(() => false);
            visited.Add((stop.Kind, traveler.Timeline.Position));
            if (stop.Kind != TravelStopKind.Watchpoint)
            {
                break;
            }

            traveler.Timeline.Seek(traveler.Timeline.Position - 1);
        }

        traveler.RemoveWatchpoint(address, 4, kinds);
        return visited;
    }
}
