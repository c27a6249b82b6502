using System.Globalization;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Debugging;

/// <summary>
/// Steps of every sort, forward and back, in every order, through recursion and through an interrupt that comes in its
/// midst. The witness is the way instruction by instruction: a position has one state.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class ReverseOrderTests(bool live)
{
    private const int Before = 400;
    private const int After = 200;

    private static readonly string[] _forward = ["stepi", "nexti", "step", "next", "finish", "until"];

    private static readonly string[] _backward =
        ["reverse-stepi", "reverse-nexti", "reverse-step", "reverse-next", "reverse-finish"];

    private static readonly string[] _toTheStart =
        ["break systick_handler", "continue", "continue", "delete", $"by -{Before}"];

    private DebugServer _server = null!;
    private WalkStop[] _way = [];
    private ulong _start;

    [OneTimeSetUp]
    public void TakeTheWay()
    {
        _server = live ? DebugServer.Live("recursion") : DebugServer.Replay("recursion", RecordedSamples.Recursion);
        _way = [.. Walk.On(_server, _toTheStart.Concat(Enumerable.Repeat("stepi", Before + After)))
            .Skip(_toTheStart.Length - 1)];
        _start = _way[0].Position;
        Assert.That(_way.Select(stop => stop.Position - _start), Is.EqualTo(Enumerable.Range(0, Before + After + 1)));
        Assert.That(_way[Before].Exception, Is.EqualTo(15), "SysTick is in the midst");
        Assert.That(_way[Before - 1].Exception, Is.Zero);
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public void AnyOrder_OfSteps_EndsInTheStateOfItsPosition([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        List<string> commands = [];
        for (var walk = 0; walk < 6; walk++)
        {
            commands.Add($"goto {_start + (ulong)random.Next(Before + After)}");
            commands.AddRange(Enumerable.Range(0, 20)
                .Select(_ => random.Next(2) == 0 ? _forward[random.Next(6)] : _backward[random.Next(5)]));
        }

        var stops = Walk.On(_server, commands);
        var known = 0;
        for (var i = 1; i < stops.Count; i++)
        {
            var (from, to) = (stops[i - 1], stops[i]);
            if (to.Position >= _start && to.Position - _start < (ulong)_way.Length)
            {
                known++;
                Assert.That(to.Registers, Is.EqualTo(_way[to.Position - _start].Registers), $"{from} {to}");
            }

            if (!to.Said.Contains("not meaningful in the outermost frame", StringComparison.Ordinal))
            {
                Assert.That(!_forward.Contains(to.Command) || to.Position > from.Position, Is.True, $"{from} {to}");
                Assert.That(!_backward.Contains(to.Command) || to.Position < from.Position, Is.True, $"{from} {to}");
            }
        }

        Assert.That(known, Is.GreaterThan(stops.Count / 2), "most of it was on the way");
    }

    /// <summary>The same with breakpoints, which steps may stop at too: each continue ends at the next one on the way.</summary>
    [Test]
    public void AnyOrder_OfStepsAndContinues_EndsAtTheNextBreakpoint([Range(1, 3)] int seed)
    {
        var random = new Random(seed);
        var places = _way.Select(stop => stop.ProgramCounter).CountBy(address => address)
            .Where(pair => pair.Value is > 3 and < 20).Select(pair => pair.Key).ToArray();
        random.Shuffle(places);
        var breakpoints = places[..3];
        List<string> commands = [.. breakpoints.Select(address => $"break *{address}")];
        for (var walk = 0; walk < 6; walk++)
        {
            commands.Add($"goto {_start + (ulong)random.Next(Before + After)}");
            commands.AddRange(Enumerable.Range(0, 16).Select(_ => random.Next(6) switch
            {
                0 => _forward[random.Next(6)],
                1 => _backward[random.Next(5)],
                2 or 3 => "continue",
                _ => "reverse-continue",
            }));
        }

        commands.Add("delete");
        var stops = Walk.On(_server, commands);
        var continued = 0;
        for (var i = breakpoints.Length + 1; i < stops.Count - 1; i++)
        {
            var (from, to) = (stops[i - 1], stops[i]);
            if (from.Position < _start || from.Position - _start >= (ulong)_way.Length)
            {
                continue;
            }

            var place = (int)(from.Position - _start);
            var next = to.Command == "continue"
                ? Array.FindIndex(_way, place + 1, stop => breakpoints.Contains(stop.ProgramCounter))
                : Array.FindLastIndex(_way, Math.Max(place - 1, 0), stop => breakpoints.Contains(stop.ProgramCounter));
            if (to.Command.EndsWith("continue", StringComparison.Ordinal) && next >= 0 && place > 0)
            {
                continued++;
                Assert.That(to.Position, Is.EqualTo(Position(next)), $"{from} {to}");
            }

            if (to.Position >= _start && to.Position - _start < (ulong)_way.Length)
            {
                Assert.That(to.Registers, Is.EqualTo(At(to).Registers), $"{from} {to}");
            }
        }

        Assert.That(continued, Is.GreaterThan(20), "most of them were on the way");
    }

    [Test]
    public void Calls_OverAndOutBothWays_GoFromTheCallToItsReturn()
    {
        var calls = Calls().ToList();
        Assert.That(calls.Select(call => _way[call.From].StackPointer).Distinct().Count(), Is.GreaterThan(3), "nested");
        Assert.That(calls.Any(call => _way[call.From].Exception == 15), Is.True, "in a handler too");
        List<string> commands = [];
        List<int> expected = [];
        foreach (var (from, to) in calls)
        {
            (string Command, int End)[] steps =
            [
                ($"goto {Position(from)}", from), ("nexti", to), ("reverse-nexti", from), ("stepi", from + 1),
                ("reverse-finish", from), ("stepi", from + 1), ("finish", to), ("reverse-stepi", to - 1),
                ("stepi", to), ("reverse-nexti", from),
            ];
            commands.AddRange(steps.Select(step => step.Command));
            expected.AddRange(steps.Select(step => step.End));
        }

        var stops = Walk.On(_server, commands);
        for (var i = 0; i < stops.Count; i++)
        {
            Assert.That(stops[i].Position, Is.EqualTo(Position(expected[i])), $"{i}: {stops[i]}");
            Assert.That(stops[i].Registers, Is.EqualTo(_way[expected[i]].Registers), $"{i}: {stops[i]}");
        }
    }

    /// <summary>gdb's own command ends at a call of the function within the one that was asked about.</summary>
    [Test]
    public void ReverseFinish_BehindDeeperCalls_EndsAtTheCallOfTheFrame()
    {
        var entry = EntryOf("sum_tree");
        var inner = Calls().Where(call => _way[call.From + 1].ProgramCounter == entry).ToList();
        var places = inner
            .Where(call => inner.Exists(other => other.From > call.From && other.To < call.To))
            .Select(call => (call.From, Place: inner.Where(other => other.From > call.From && other.To < call.To)
                .Max(other => other.To)))
            .ToList();
        Assert.That(places, Has.Count.GreaterThan(3));
        var stops = Walk.On(
            _server, places.SelectMany(place => new[] { $"goto {Position(place.Place)}", "reverse-finish" }));
        Assert.That(
            stops.Where(stop => stop.Command == "reverse-finish").Select(stop => stop.Position),
            Is.EqualTo(places.Select(place => Position(place.From))));
        Assert.That(stops[1].Said, Does.Contain("Run back to call of #0  0x").And.Match(@"\n0x[0-9a-f]+ in sum_tree"));
    }

    [Test]
    public void ReverseFinish_BreakpointOfTheUser_StopsThere()
    {
        var entry = EntryOf("sum_tree");
        var (from, to) = Calls().First(call => _way[call.From + 1].ProgramCounter == entry && call.To > call.From + 60);
        var before = Enumerable.Range(from + 2, to - from - 2).Last(place => _way[place].ProgramCounter == entry);
        var stops = Walk.On(_server, $"goto {Position(to - 1)}", "break sum_tree", "reverse-finish", "delete", "reverse-finish");
        Assert.That(stops[2].Position, Is.EqualTo(Position(before)), stops[2].Said);
        Assert.That(stops[2].Said, Does.Match(@"Breakpoint \d+, sum_tree"));
    }

    [Test]
    public void Handler_OutBothWays_EndsAtWhatItInterrupted()
    {
        var handlerEnd = Array.FindIndex(_way, Before, stop => stop.Exception == 0);
        var stops = Walk.On(
            _server, $"goto {Position(Before)}", "reverse-finish", "stepi", "finish", "reverse-stepi", "reverse-finish",
            "reverse-stepi", "nexti", "next", "reverse-next", "reverse-step");
        int[] expected = [Before, Before - 1, Before, handlerEnd, handlerEnd - 1, Before - 1, Before - 2, Before - 1];
        Assert.That(stops.Take(expected.Length).Select(stop => stop.Position), Is.EqualTo(expected.Select(Position)));
        Assert.That(stops.Select(stop => stop.Registers), Is.EqualTo(stops.Select(stop => At(stop).Registers)));
    }

    // gdb goes back over a function's entry to its call, without a stop there.
    [TestCase("sum_tree if height == 2", "next", "reverse-next", 5)]
    [TestCase("sum_tree if height == 2", "step", "reverse-step", 25)]
    public void Lines_ForthAndBack_ComeToTheSamePlaces(string place, string forward, string backward, int count)
    {
        var stops = Walk.On(
            _server,
            [
                $"goto {_start}", $"break {place}", "continue", "delete", .. Enumerable.Repeat(forward, count),
                .. Enumerable.Repeat(backward, 2 * count),
            ]);
        var entries = Calls().Select(call => _way[call.From + 1].ProgramCounter).ToHashSet();
        var forth = stops.Skip(4).Take(count).ToList();
        var back = stops.Skip(4 + count).TakeWhile(stop => stop.Position > stops[3].Position).ToList();
        Assert.That(forth.Select(stop => stop.Position), Is.Ordered.Ascending.And.Unique);
        Assert.That(back.Select(stop => stop.Position), Is.Ordered.Descending.And.Unique);
        var lines = forth.SkipLast(1).Where(stop => !entries.Contains(stop.ProgramCounter));
        Assert.That(
            lines.Select(stop => (stop.Position, stop.Registers)),
            Is.SubsetOf(back.Select(stop => (stop.Position, stop.Registers))),
            "the beginnings of lines");
    }

    /// <summary>Calls on the way whose return is on it as well, as places on it.</summary>
    private IEnumerable<(int From, int To)> Calls()
    {
        for (var from = 0; from + 1 < _way.Length; from++)
        {
            var (call, entry) = (_way[from], _way[from + 1]);
            if (entry.Exception != call.Exception || entry.Link != call.ProgramCounter + 5)
            {
                continue;
            }

            if (entry.ProgramCounter == call.ProgramCounter + 4 || entry.StackPointer != call.StackPointer)
            {
                continue;
            }

            var to = Array.FindIndex(_way, from + 1, stop => stop.ProgramCounter == call.ProgramCounter + 4
                && stop.StackPointer == call.StackPointer && stop.Exception == call.Exception);
            if (to >= 0)
            {
                yield return (from, to);
            }
        }
    }

    private uint EntryOf(string function)
    {
        var said = Walk.On(_server, $"p/x (unsigned){function}").Single().Said;
        var text = said[(said.LastIndexOf("0x", StringComparison.Ordinal) + 2)..].Trim();
        return uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~1u;
    }

    private ulong Position(int place) => _start + (ulong)place;

    private WalkStop At(WalkStop stop) => _way[stop.Position - _start];
}
