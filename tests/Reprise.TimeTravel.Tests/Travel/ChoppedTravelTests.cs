using System.Globalization;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>
/// Laws 1, 2 and 5 on whole timelines: a history with input events is travelled at random, and every position that was
/// visited must show the state of the straight run. REPRISE_JOURNEYS asks for more journeys than the 12 of an ordinary
/// test run; REPRISE_SEED repeats one that failed.
/// </summary>
[TestFixture("torture", 160_000ul)]
[TestFixture("instructions", 200_000ul)]
[TestFixture("ticks", 200_000ul)]
[TestFixture("echo", 20_000ul)]
[TestFixture("overrun", 200_000ul)]
[TestFixture("guards", 200_000ul)]
[TestFixture("network", 60_000ul)]
[TestFixture("mps2-an386:torture", 160_000ul)]
[TestFixture("mps2-an500:torture", 160_000ul)]
[TestFixture("mps2-an386/echo", 20_000ul)]
[TestFixture("mps2-an500/tick", 20_000ul)]
[TestFixture("microbit/echo", 20_000ul)]
[TestFixture("microbit/tick", 20_000ul)]
[TestFixture("lm3s6965evb/echo", 20_000ul)]
[TestFixture("lm3s6965evb/tick", 20_000ul)]
[TestFixture("lm3s6965evb/oled", 200_000ul)]
[TestFixture("netduino2/tick", 20_000ul)]
[TestFixture("netduinoplus2/echo", 20_000ul)]
[TestFixture("stm32vldiscovery/echo", 20_000ul)]
[TestFixture("pc:x86/torture", 400_000ul)]
[TestFixture("pc-x86_64:x86_64/torture", 400_000ul)]
public sealed class ChoppedTravelTests(string sample, ulong length)
{
    /// <summary>An ARP request, behind its length.</summary>
    private const string Frame = "\0\0\0\x2A\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\x02\0\0\0\0\x01\x08\x06\0\x01\x08\0\x06\x04\0\x01"
        + "\x02\0\0\0\0\x01\x0A\0\x02\x02\0\0\0\0\0\0\x0A\0\x02\x0F";

    private TravelFixture _recorded = null!;

    /// <summary>The samples of the PC read no port.</summary>
    private bool IsPc => sample.StartsWith("pc", StringComparison.Ordinal);

    private (ulong, ulong) _endHash;

    [OneTimeSetUp]
    public void Record()
    {
        // The echo ends by itself; a tick sleeps in the end, and would wait for ever for input to be taken.
        var lines = sample.EndsWith("/tick", StringComparison.Ordinal) ? 0 : 40;
        var text = sample == "network" ? Frame : "one two\nthree\nfour five six\n";
        var input = new ScriptedInput(string.Concat(Enumerable.Repeat(text, lines)), questionsPerByte: 2, sample == "network" ? "ethernet" : "uart0");
        _recorded = new TravelFixture(sample, 9_000, input);
        _recorded.Record(length);
        _recorded.Recorder.CloseInterval();
        using var straight = TravelFixture.Replaying(sample, _recorded.Timeline.History);
        straight.Timeline.Replay(straight.Timeline.End, Emulation.Execution.HitMode.Ignore);
        _endHash = straight.Timeline.StateHash();
        Assert.That(_recorded.Timeline.StateHash(), Is.EqualTo(_endHash), "the recorded run itself");
        if (sample == "network" || (sample.EndsWith("torture", StringComparison.Ordinal) && !IsPc) || sample.EndsWith("echo", StringComparison.Ordinal))
        {
            Assert.That(_recorded.Timeline.History.Events, Has.Count.GreaterThan(10), "input came");
        }
    }

    [OneTimeTearDown]
    public void Dispose() => _recorded.Dispose();

    [Test]
    public void Travel_AnyJourney_EveryVisitedStateIsThatOfTheStraightRun()
    {
        var seed = Setting("REPRISE_SEED", 0);
        var count = seed != 0 ? 1 : Setting("REPRISE_JOURNEYS", 12);
        var visited = new SortedDictionary<ulong, ((ulong, ulong) Hash, Journey Journey)>();
        for (var i = 0; i < count; i++)
        {
            using var fixture = TravelFixture.Replaying(sample, _recorded.Timeline.History, i % 3 == 0
                ? 1 << 20 : 1 << 28);
            var journey = new Journey(fixture, seed != 0 ? seed : i + 1, visited);
            journey.Run();
        }

        using var straight = TravelFixture.Replaying(sample, _recorded.Timeline.History);
        foreach (var (position, (hash, journey)) in visited)
        {
            straight.Timeline.Replay(position, Emulation.Execution.HitMode.Ignore);
            Assert.That(straight.Timeline.StateHash(), Is.EqualTo(hash), () => $"position {position}\n{journey}");
        }

        straight.Timeline.Replay(straight.Timeline.End, Emulation.Execution.HitMode.Ignore);
        Assert.That(straight.Timeline.StateHash(), Is.EqualTo(_endHash), "looking changes nothing");
        Assert.That(visited, Has.Count.GreaterThan(count * 5));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
