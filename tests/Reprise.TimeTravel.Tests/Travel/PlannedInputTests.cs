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
                using var straight = new TravelFixture("torture", intervalLength: 7_000, new PlannedButtons(positions));
                straight.Record(Length);
                Assert.That(EventsOf(straight), Is.EqualTo(positions));

                using var chopped = new TravelFixture("torture", intervalLength: 900, new PlannedButtons(positions));
                chopped.Traveler.AddBreakpoint(chopped.AddressOf("busy"));
                chopped.Traveler.AddBreakpoint(chopped.AddressOf("skip_instruction"));
                for (var i = 0; chopped.Timeline.End < Length; i++)
                {
                    var end = Math.Min(Length, chopped.Timeline.End + chops[i % chops.Length]);
                    chopped.Recorder.Record(end, i % 3 == 0 ? HitMode.Ignore : HitMode.Stop, () => i % 2 == 0);
                }

                Assert.That(EventsOf(chopped), Is.EqualTo(positions));
                Assert.That(chopped.Timeline.StateHash(), Is.EqualTo(straight.Timeline.StateHash()));
            },
            iter: 20,
            threads: 1);

    [Test]
    public void Record_MachineThatSleepsForGood_GetsWhatIsPlannedAtOnce()
    {
        using var fixture = new TravelFixture("echo", intervalLength: 7_000, new PlannedButtons([1_000_000, 2_000_000]));
        fixture.Record(ulong.MaxValue);
        Assert.That(EventsOf(fixture), Is.EqualTo(new[] { fixture.Timeline.End, fixture.Timeline.End }));
    }

    private static IEnumerable<ulong> EventsOf(TravelFixture fixture) =>
        fixture.Timeline.History.Events.Select(input => input.Position);
}
