using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A step over a range is the steps that it is made of, in history and where history grows.</summary>
[TestFixture("torture", 60_000ul)]
[TestFixture("ticks", 200_000ul)]
[TestFixture("echo", 20_000ul)]
[TestFixture("overrun", 200_000ul)]
[TestFixture("semihosting", 20_000ul)]
[TestFixture("mps2-an500:torture", 60_000ul)]
[TestFixture("microbit/tick", 20_000ul)]
public sealed class RangeStepTests(string sample, ulong length)
{
    private const int MostSteps = 3_000;

    private TravelFixture _recorded = null!;

    [OneTimeSetUp]
    public void Record()
    {
        _recorded = NewFixture();
        _recorded.Record(length);
        _recorded.Recorder.CloseInterval();
    }

    [OneTimeTearDown]
    public void Dispose() => _recorded.Dispose();

    [Test]
    public void StepRange_Anywhere_EndsWhereSingleStepsDo([Range(1, 8)] int seed)
    {
        using var fixture = TravelFixture.Replaying(sample, _recorded.Timeline.History);
        var random = new Random(seed);
        var (timeline, traveler) = (fixture.Timeline, fixture.Traveler);
        SetStops(fixture, random);
        var longest = 0;
        for (var i = 0; i < 25; i++)
        {
            timeline.Seek((ulong)random.NextInt64((long)timeline.End));
            var start = timeline.Position;
            var range = RandomRange(fixture, random);
            var (stop, steps) = SingleSteps(fixture, range);
            if (steps == MostSteps)
            {
                continue;
            }

            var (position, hash) = (timeline.Position, timeline.StateHash());
            timeline.Seek(start);
            var ranged = traveler.StepRange(range, () => false);
            Assert.That((timeline.Position, ranged), Is.EqualTo((position, stop)), $"from {start} in {range}");
            Assert.That(timeline.StateHash(), Is.EqualTo(hash), $"from {start} in {range}");
            longest = Math.Max(longest, steps);
        }

        Assert.That(longest, Is.GreaterThan(3), "there was something to step over");
    }

    [Test]
    public void StepRange_WhereHistoryGrows_RecordsTheStraightRun([Range(1, 3)] int seed)
    {
        var random = new Random(seed);
        using var live = NewFixture();
        var stops = 0;
        while (live.Timeline.Position < _recorded.Timeline.End && stops < 2_000)
        {
            if (stops % 16 == 0)
            {
                live.Record(live.Timeline.Position + (ulong)random.Next(400));
            }

            // One that sleeps waits for input for ever.
            var looks = 0;
            var stop = live.Traveler.StepRange(RandomRange(live, random), () => ++looks == 100);
            stops++;
            if (stop.Kind != TravelStopKind.Arrived)
            {
                break;
            }
        }

        live.Recorder.CloseInterval();
        Assert.That(stops, Is.Positive);
        using var straight = TravelFixture.Replaying(sample, live.Timeline.History);
        straight.Timeline.Seek(straight.Timeline.End);
        Assert.That(live.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
        if (live.Timeline.History.Events.Count == 0)
        {
            using var other = NewFixture();
            other.Record(live.Timeline.End);
            Assert.That(live.Timeline.StateHash(), Is.EqualTo(other.Timeline.StateHash()));
        }
    }

    private TravelFixture NewFixture() => new(
        sample,
        9_000,
        sample is "torture" or "echo" ? new ScriptedInput(string.Concat(Enumerable.Repeat("one two\nthree\n", 40))) : null,
        host: sample == "semihosting" ? new NoHostServices() : null);

    private static void SetStops(TravelFixture fixture, Random random)
    {
        if (random.Next(2) == 0)
        {
            fixture.Timeline.Seek((ulong)random.NextInt64((long)fixture.Timeline.End));
            var accepts = random.Next(2) == 0;
            fixture.Traveler.AddBreakpoint(
                fixture.Timeline.Machine.Processor.ProgramCounter, random.Next(2) == 0 ? null : () => accepts);
        }

        if (random.Next(2) == 0)
        {
            var objects = fixture.Firmware.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
            fixture.Traveler.AddWatchpoint(objects[random.Next(objects.Count)].Address, 4, WatchKinds.Access);
        }
    }

    /// <summary>Around the PC, its ends between two bytes of an instruction too; now and then not around it.</summary>
    private static CodeRange RandomRange(TravelFixture fixture, Random random)
    {
        var pc = fixture.Timeline.Machine.Processor.ProgramCounter;
        var reach = random.Next(3) == 0 ? 1_000 : 40;
        return random.Next(8) == 0
            ? new CodeRange(pc + 4, pc + 40)
            : new CodeRange(pc - Math.Min(pc, (ulong)random.Next(reach)), pc + 1 + (ulong)random.Next(reach));
    }

    private static (TravelStop Stop, int Steps) SingleSteps(TravelFixture fixture, CodeRange range)
    {
        for (var steps = 1; ; steps++)
        {
            var stop = fixture.Traveler.Step(() => false);
            if (stop.Kind != TravelStopKind.Arrived || steps == MostSteps
                || !range.Contains(fixture.Timeline.Machine.Processor.ProgramCounter))
            {
                return (stop, steps);
            }
        }
    }
}
