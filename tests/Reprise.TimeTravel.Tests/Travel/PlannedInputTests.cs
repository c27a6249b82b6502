using System.Text;
using CsCheck;
using Reprise.Emulation.Execution;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Input that is planned for a position comes there, however the run is chopped.</summary>
public sealed class PlannedInputTests
{
    private const ulong Length = 40_000;

    [Test]
    public void Record_PlannedInput_ComesAtItsPositionHoweverTheRunIsChopped() =>
        Gen.Select(Gen.ULong[1, Length].Array[1, 20], Gen.ULong[1, 5_000].Array[1, 20]).Sample(
            (positions, chops) =>
            {
                Array.Sort(positions);
                PlannedBytes Plan() => new("buttons", positions.Select((position, i) => (position, (byte)(i + 1))));

                using var straight = new TravelFixture("torture", intervalLength: 7_000, Plan());
                straight.Record(Length);
                Assert.That(EventsOf(straight), Is.EqualTo(positions));

                using var chopped = new TravelFixture("torture", intervalLength: 900, Plan());
                chopped.Traveler.AddBreakpoint(chopped.AddressOf("busy"));
                chopped.Traveler.AddBreakpoint(chopped.AddressOf("skip_instruction"));
                RecordChopped(chopped, chops, Length);
                Assert.That(EventsOf(chopped), Is.EqualTo(positions));
                Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
            },
            iter: 10,
            threads: 1);

    /// <summary>A UART takes a byte only now and then, each raises an interrupt, and the machine sleeps in between.</summary>
    [Test]
    public void Record_PlannedText_ComesAtTheSamePositionsHoweverTheRunIsChopped() =>
        Gen.Select(Gen.ULong[1, 3_000].Array[12], Gen.ULong[1, 300].Array[1, 20]).Sample(
            (positions, chops) =>
            {
                Array.Sort(positions);
                PlannedBytes Plan() => new("uart0", positions.Zip(Encoding.ASCII.GetBytes("hello\nthere\n")));

                using var straight = new TravelFixture("echo", intervalLength: 7_000, Plan());
                straight.Record(ulong.MaxValue);
                Assert.That(straight.Output.Text.ToString(), Does.Contain("1: OLLEH").And.Contains("2: EREHT"));

                using var chopped = new TravelFixture("echo", intervalLength: 200, Plan());
                chopped.Traveler.AddBreakpoint(chopped.AddressOf("uart0_rx_handler"));
                RecordChopped(chopped, chops, straight.Timeline.End);
                Assert.That(EventsOf(chopped), Is.EqualTo(EventsOf(straight)));
                Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
            },
            iter: 15,
            threads: 1);

    [Test]
    public void Record_MachineThatSleepsForGood_GetsWhatIsPlannedAtOnce()
    {
        using var fixture = new TravelFixture(
            "echo", intervalLength: 7_000, new PlannedBytes("buttons", [(1_000_000, 1), (2_000_000, 2)]));
        fixture.Record(ulong.MaxValue);
        Assert.That(EventsOf(fixture), Is.EqualTo(new[] { fixture.Timeline.End, fixture.Timeline.End }));
    }

    private static void RecordChopped(TravelFixture fixture, ulong[] chops, ulong length)
    {
        for (var i = 0; fixture.Timeline.End < length; i++)
        {
            var end = Math.Min(length, fixture.Timeline.End + chops[i % chops.Length]);
            fixture.Recorder.Record(end, i % 3 == 0 ? HitMode.Ignore : HitMode.Stop, () => i % 2 == 0);
        }
    }

    private static IEnumerable<ulong> EventsOf(TravelFixture fixture) =>
        fixture.Timeline.History.Events.Select(input => input.Position);
}
