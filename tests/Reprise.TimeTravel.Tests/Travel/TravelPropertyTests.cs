using CsCheck;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>What must hold anywhere in any history, however many snapshots there are.</summary>
[TestFixtureSource(nameof(Fixtures))]
public sealed class TravelPropertyTests(string sample, Density density)
{
    private const ulong Length = 120_000;
    private const ulong Window = 2_500;

    private static readonly string[] _samples = ["torture", "ticks", "echo", "overrun", "pc:x86/torture"];

    private TravelFixture _fixture = null!;

    public static IEnumerable<object[]> Fixtures =>
        _samples.SelectMany(sample => Enum.GetValues<Density>(), (sample, density) => new object[] { sample, density });

    private Timeline Timeline => _fixture.Timeline;

    private Traveler Traveler => _fixture.Traveler;

    [OneTimeSetUp]
    public void Record()
    {
        // ticks needs that many instructions until its threads run.
        var input = sample == "echo"
            ? new ScriptedInput(string.Concat(Enumerable.Repeat("one two\nthree\nfour five six\n", 9))) : null;
        _fixture = new TravelFixture(
            sample,
            density == Density.Sparse ? ulong.MaxValue / 2 : 4_000,
            input,
            budget: density == Density.Dropped ? 1 : 1 << 28);
        _fixture.Record(sample is "ticks" ? 3 * Length : Length);
        _fixture.Recorder.CloseInterval();
        Assert.That(Timeline.End, Is.GreaterThan(Window), "a history to travel on");
    }

    [OneTimeTearDown]
    public void Dispose() => _fixture.Dispose();

    [Test]
    public void Seek_Twice_IsSeekOnce() =>
        Gen.Select(Position, Position).Sample(
            (elsewhere, position) =>
            {
                Timeline.Seek(position);
                var once = Timeline.StateHash();
                Timeline.Seek(position);
                var twice = Timeline.StateHash();
                Timeline.Seek(elsewhere);
                Timeline.Seek(position);
                return Timeline.Position == position && twice == once && Timeline.StateHash() == once;
            },
            iter: 40,
            threads: 1);

    [Test]
    public void StepThenReverseStep_Anywhere_IsNothing() =>
        Gen.Select(Position, Gen.Int[1, 5]).Sample(
            (position, count) =>
            {
                position = Math.Min(position, Timeline.End - (ulong)count);
                Timeline.Seek(position);
                var before = Timeline.StateHash();
                var states = new List<(ulong, ulong)>();
                for (var i = 0; i < count; i++)
                {
                    Traveler.Step(() => false);
                    states.Add(Timeline.StateHash());
                }

                for (var i = count - 1; i >= 0; i--)
                {
                    if (Timeline.StateHash() != states[i])
                    {
                        return false;
                    }

                    Traveler.ReverseStep();
                }

                return Timeline.Position == position && Timeline.StateHash() == before;
            },
            iter: 40,
            threads: 1);

    [Test]
    public void ReverseContinue_Breakpoints_IsTheLastHitOfAForwardScan([Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var first = WindowStart(random);
        var scan = new BruteForce(_fixture, first, first + Window, watch: null);
        var addresses = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => scan.Counters[random.Next(scan.Counters.Count)]).ToHashSet();
        CheckFromRandomOrigins(scan, addresses, watch: null, random);
    }

    [Test]
    public void ReverseContinue_Watchpoint_IsTheLastAccessOfAForwardScan(
        [Values(WatchKinds.Write, WatchKinds.Read, WatchKinds.Access, WatchKinds.Change)] WatchKinds kinds, [Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var first = WindowStart(random);
        var watch = (RandomObject(random), (ulong)(1 << random.Next(4)), kinds);
        var scan = new BruteForce(_fixture, first, first + Window, watch);
        CheckFromRandomOrigins(scan, new HashSet<ulong>(), watch, random);
    }

    [Test]
    public void ReverseContinue_BreakpointsAndWatchpoint_IsTheLatestOfBoth([Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var first = WindowStart(random);
        var watch = (RandomObject(random), 4ul, WatchKinds.Access);
        var scan = new BruteForce(_fixture, first, first + Window, watch);

        // One of them just behind a watched access: both are true at one position.
        var addresses = new HashSet<ulong> { scan.Counters[random.Next(scan.Counters.Count)] };
        if (scan.Accesses.Count > 0 && scan.Accesses[^1] + 1 < first + Window)
        {
            addresses.Add(scan.Counters[(int)(scan.Accesses[^1] + 1 - first)]);
        }

        CheckFromRandomOrigins(scan, addresses, watch, random);
    }

    private Gen<ulong> Position => Gen.ULong[0, Timeline.End];

    private ulong WindowStart(Random random) => (ulong)random.NextInt64((long)(Timeline.End - Window));

    private ulong RandomObject(Random random)
    {
        var objects = _fixture.Firmware.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
        return random.Next(4) == 0
            ? 0x2040_0000ul - (ulong)random.Next(1, 40) * 4
            : objects[random.Next(objects.Count)].Address;
    }

    private void CheckFromRandomOrigins(
        BruteForce scan,
        HashSet<ulong> addresses,
        (ulong Address, ulong Length, WatchKinds Kinds)? watch,
        Random random)
    {
        ulong[] breaks = [.. scan.PositionsOf(addresses)];
        foreach (var address in addresses)
        {
            Traveler.AddBreakpoint(address);
        }

        if (watch is { } added)
        {
            Traveler.AddWatchpoint(added.Address, added.Length, added.Kinds);
        }

        for (var i = 0; i < 20; i++)
        {
            var origin = scan.First + (ulong)random.Next(1, (int)Window + 1);
            Timeline.Seek(origin);
            var stop = Traveler.ReverseContinue(() => false);
            var lastBreak = breaks.Where(position => position < origin).Select(position => (long)position)
                .LastOrDefault(-1);
            var lastAccess = scan.Accesses.Where(position => position < origin).Select(position => (long)position + 1)
                .LastOrDefault(-1);
            if (lastBreak < 0 && lastAccess < 0)
            {
                Assert.That(Timeline.Position, Is.LessThanOrEqualTo(scan.First), $"from {origin}: {stop}");
                continue;
            }

            Assert.That(Timeline.Position, Is.EqualTo((ulong)Math.Max(lastBreak, lastAccess)),
                $"from {origin}: {stop}");
            Assert.That(
                stop.Kind,
                Is.EqualTo(lastAccess >= lastBreak ? TravelStopKind.Watchpoint : TravelStopKind.Breakpoint),
                $"from {origin}, at {Timeline.Position}");
        }

        foreach (var address in addresses)
        {
            Traveler.RemoveBreakpoint(address);
        }

        if (watch is { } removed)
        {
            Traveler.RemoveWatchpoint(removed.Address, removed.Length, removed.Kinds);
        }
    }
}
