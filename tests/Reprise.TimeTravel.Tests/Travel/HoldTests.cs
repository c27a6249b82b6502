using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Steps that hold interrupts: none comes while they go on, and history keeps what they did.</summary>
[TestFixture("torture")]
[TestFixture("ticks")]
[TestFixture("microbit/tick")]
[TestFixture("lm3s6965evb/tick")]
[TestFixture("pc:x86/torture")]
public sealed class HoldTests(string sample)
{
    private const ulong Length = 20_000;
    private const int Synchronous = 12;

    /// <summary>A sleep lets held time go on, and none of the samples' is as short.</summary>
    private const ulong ShortestSleep = 1_000;

    private ulong _interrupt;

    [OneTimeSetUp]
    public void FindInterrupt() => _interrupt = FirstInterrupt();

    [Test]
    public void Step_Holding_EntersNoInterrupt_ContinueDoes()
    {
        using var fixture = new TravelFixture(sample, 9_000);
        fixture.Record(_interrupt - 5);
        fixture.Traveler.StepHolds = StepHolds.Interrupts;
        for (var i = 0; i < 300; i++)
        {
            var before = ExceptionOf(fixture);
            Assert.That(fixture.Traveler.Step(() => false).Kind, Is.EqualTo(TravelStopKind.Arrived));
            Assert.That(ExceptionOf(fixture), Is.LessThanOrEqualTo(Math.Max(before, Synchronous)), $"step {i}");
        }

        fixture.Traveler.StopPosition = fixture.Timeline.Position + 1;
        fixture.Traveler.Continue(() => false);
        fixture.Traveler.StepHolds = StepHolds.None;
        var entered = false;
        for (var i = 0; i < 5_000 && !entered; i++)
        {
            entered = ExceptionOf(fixture) > Synchronous;
            fixture.Traveler.Step(() => false);
        }

        Assert.That(entered, "what waited is entered once it is let in");
        Assert.That(fixture.Timeline.History.Events.Count(input => input.Kind == (byte)InputKind.Hold), Is.EqualTo(2));
    }

    [Test]
    public void Continue_AfterHolding_StopsAtABreakpointOnTheHandler()
    {
        using var fixture = new TravelFixture(sample, 9_000);
        using var straight = new TravelFixture(sample, 9_000);
        straight.Record(_interrupt);
        var handler = straight.Timeline.Machine.Processor.ProgramCounter;
        fixture.Record(_interrupt - 1);
        fixture.Traveler.StepHolds = StepHolds.Interrupts;
        fixture.Traveler.Step(() => false);
        Assert.That(fixture.Timeline.Machine.Processor.ProgramCounter, Is.Not.EqualTo(handler));
        fixture.Traveler.AddBreakpoint(handler);
        Assert.That(fixture.Traveler.Continue(() => false).Kind, Is.EqualTo(TravelStopKind.Breakpoint));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(_interrupt));
        Assert.That(fixture.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()),
            "a step that ends where the interrupt comes anyway leaves nothing behind");
    }

    [Test]
    public void Step_AfterHolding_StopsInFrontOfTheHandler()
    {
        using var fixture = new TravelFixture(sample, 9_000);
        fixture.Record(_interrupt - 1);
        fixture.Traveler.StepHolds = StepHolds.Interrupts;
        fixture.Traveler.Step(() => false);
        Assert.That(ExceptionOf(fixture), Is.LessThanOrEqualTo(Synchronous));
        fixture.Traveler.StepHolds = StepHolds.None;
        Assert.That(fixture.Traveler.Step(() => false).Kind, Is.EqualTo(TravelStopKind.Arrived));
        Assert.That(ExceptionOf(fixture), Is.GreaterThan(Synchronous));
        Assert.That(fixture.Timeline.Position, Is.EqualTo(_interrupt), "entering an exception is no instruction");
        var entered = fixture.Timeline.StateHash();
        fixture.Traveler.Step(() => false);
        Assert.That(fixture.Timeline.Position, Is.EqualTo(_interrupt + 1));
        fixture.Traveler.ReverseStep();
        Assert.That(fixture.Timeline.StateHash(), Is.EqualTo(entered), "the position has one state");
    }

    [Test]
    public void Step_HoldingTime_LetsItStandUntilItIsLetGo()
    {
        using var fixture = new TravelFixture(sample, 9_000);
        fixture.Record(_interrupt - 5);
        fixture.Traveler.StepHolds = StepHolds.Time;
        for (var i = 0; i < 50; i++)
        {
            Assert.That(TimeOf(() => fixture.Traveler.Step(() => false)), Is.Zero.Or.GreaterThan(ShortestSleep), $"step {i}");
        }

        fixture.Traveler.StepHolds = StepHolds.None;
        Assert.That(TimeOf(() => fixture.Traveler.Step(() => false)),
            Is.GreaterThanOrEqualTo(50 * TravelFixture.NanosecondsPerInstruction), "now it is what it would be");
        Assert.That(TimeOf(() => fixture.Traveler.Step(() => false)),
            Is.EqualTo(TravelFixture.NanosecondsPerInstruction).Or.GreaterThan(ShortestSleep));

        ulong TimeOf(Action action)
        {
            var before = fixture.Timeline.Machine.Time;
            action();
            return fixture.Timeline.Machine.Time - before;
        }
    }

    [Test]
    public void History_WithHolds_ReplaysHoweverChopped([Range(1, 3)] int seed)
    {
        using var live = new TravelFixture(sample, 3_000, budget: seed == 1 ? 1 : 1 << 28);
        var random = new Random(seed);
        live.Record(_interrupt - 100);
        for (var i = 0; i < 60; i++)
        {
            live.Traveler.StepHolds = (StepHolds)random.Next(4);
            for (var steps = random.Next(60); steps > 0; steps--)
            {
                live.Traveler.Step(() => false);
            }

            live.Traveler.StepRange(new CodeRange(0, (ulong)random.Next(0x2000)), () => random.Next(3) == 0);
            live.Traveler.StopPosition = live.Timeline.Position + (ulong)random.Next(1, 300);
            live.Traveler.Continue(() => false);
            if (random.Next(5) == 0)
            {
                live.Traveler.ReverseStep();
            }
        }

        live.Timeline.Seek(live.Timeline.End);
        live.Recorder.CloseInterval();
        var end = live.Timeline.StateHash();
        Assert.That(live.Timeline.History.Events.Count(input => input.Kind == (byte)InputKind.Hold), Is.GreaterThan(20));
        using var straight = TravelFixture.Replaying(sample, live.Timeline.History);
        straight.Timeline.Replay(straight.Timeline.End, HitMode.Ignore);
        Assert.That(straight.Timeline.StateHash(), Is.EqualTo(end));
        var visited = new SortedDictionary<ulong, ((ulong, ulong) Hash, Journey Journey)>();
        using var chopped = TravelFixture.Replaying(sample, live.Timeline.History);
        new Journey(chopped, seed, visited).Run();
        using var again = TravelFixture.Replaying(sample, live.Timeline.History);
        foreach (var (position, (hash, journey)) in visited)
        {
            again.Timeline.Replay(position, HitMode.Ignore);
            Assert.That(again.Timeline.StateHash(), Is.EqualTo(hash), () => $"position {position}\n{journey}");
        }
    }

    /// <summary>The first position of the straight run at which an interrupt has been entered.</summary>
    private ulong FirstInterrupt()
    {
        using var fixture = new TravelFixture(sample, 1_000_000);
        for (var position = 1ul; position < 40 * Length; position++)
        {
            fixture.Record(position);
            if (ExceptionOf(fixture) > Synchronous)
            {
                return position;
            }
        }

        throw new InvalidOperationException("the sample has no interrupts");
    }

    /// <summary>
    /// The number of the exception that is handled on a Cortex-M; on a PC that of the timer's interrupt, while its gate is
    /// where the machine is.
    /// </summary>
    private static int ExceptionOf(TravelFixture fixture)
    {
        const int gate = 32;
        const ulong gateSize = 16;
        var processor = fixture.Timeline.Machine.Processor;
        var status = processor.Registers.ToList().FindIndex(register => register.Name == "xpsr");
        if (status < 0)
        {
            var entry = processor.ProgramCounter - fixture.AddressOf("entries");
            return entry / gateSize == gate ? gate : 0;
        }

        Span<byte> value = stackalloc byte[4];
        processor.ReadRegister(status, value);
        return BitConverter.ToInt32(value) & 0x1ff;
    }
}
