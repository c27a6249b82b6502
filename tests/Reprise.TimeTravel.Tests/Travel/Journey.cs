using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>A random way over a history: seeks, replays, steps, both directions, with breakpoints and watchpoints.</summary>
internal sealed class Journey(
    TravelFixture fixture, int seed, SortedDictionary<ulong, ((ulong, ulong) Hash, Journey Journey)> visited)
{
    private const int Moves = 25;
    private const int Longest = 3_000;
    private const int MostEffort = 300_000;

    private readonly Random _random = new(seed);
    private readonly List<string> _history = [$"REPRISE_SEED={seed}"];
    private readonly List<ulong> _breakpoints = [];
    private readonly List<(ulong Address, ulong Length, WatchKinds Kinds)> _watchpoints = [];

    private Timeline Timeline => fixture.Timeline;

    private Traveler Traveler => fixture.Traveler;

    public void Run()
    {
        for (var i = 0; i < Moves; i++)
        {
            Move();
            _history.Add($"at {Timeline.Position}");
            Look();
        }
    }

    public override string ToString() => string.Join('\n', _history);

    private void Move()
    {
        switch (_random.Next(13))
        {
            case 0:
                Seek((ulong)_random.NextInt64((long)Timeline.End + 1));
                break;
            case 1:
                Seek(AtAnEvent());
                break;
            case 2:
                Seek(Timeline.Position - Math.Min(Timeline.Position, (ulong)_random.Next(Longest)));
                break;
            case 3:
                var to = Math.Min(Timeline.End, Timeline.Position + (ulong)_random.Next(Longest));
                _history.Add($"replay to {to}");
                var engine = Timeline.Machine.Engine;
                engine.EffortLimit = _random.Next(2) == 0 ? ulong.MaxValue : engine.Effort + (ulong)_random.Next(MostEffort);
                Timeline.Replay(to, _random.Next(2) == 0 ? HitMode.Stop : HitMode.Note);
                engine.EffortLimit = ulong.MaxValue;
                break;
            case 4:
                Steps(_random.Next(1, 30), Traveler.ReverseStep, "reverse step");
                break;
            case 5:
                Steps(_random.Next(1, 30), () => Traveler.Step(() => false), "step");
                break;
            case 6:
                _history.Add("reverse continue");
                Traveler.ReverseContinue(() => false);
                break;
            case 7:
                _history.Add("continue");
                Traveler.Continue(() => _random.Next(4) == 0);
                break;
            case 8:
                Add(fixture.Firmware.Symbols.Where(symbol => symbol.IsFunction)
                    .Select(symbol => symbol.Address & ~1ul));
                break;
            case 9:
                Watch();
                break;
            case 10:
                Forget();
                break;
            case 11:
                _history.Add("snapshot");
                Timeline.AddSnapshot();
                break;
            case 12:
                var pc = Timeline.Machine.Processor.ProgramCounter;
                var range = new CodeRange(pc - Math.Min(pc, (ulong)_random.Next(200)), pc + (ulong)_random.Next(200));
                _history.Add($"step {range}");
                Traveler.StepRange(range, () => _random.Next(4) == 0);
                break;
        }
    }

    private void Look()
    {
        var hash = Timeline.StateHash();
        if (visited.TryGetValue(Timeline.Position, out var before))
        {
            Assert.That(hash, Is.EqualTo(before.Hash), () =>
                $"position {Timeline.Position}\n{this}\nand\n{before.Journey}");
        }

        visited[Timeline.Position] = (hash, this);
    }

    private ulong AtAnEvent()
    {
        var events = Timeline.History.Events;
        if (events.Count == 0)
        {
            return Timeline.End;
        }

        var position = events[_random.Next(events.Count)].Position + (ulong)_random.Next(3);
        return Math.Min(Timeline.End, position == 0 ? 0 : position - 1);
    }

    private void Seek(ulong position)
    {
        _history.Add($"seek {position}");
        Timeline.Seek(position);
        Assert.That(Timeline.Position, Is.EqualTo(position), ToString);
    }

    private void Steps(int count, Func<TravelStop> step, string name)
    {
        _history.Add($"{name} {count}");
        for (; count > 0; count--)
        {
            step();
            if (_random.Next(4) == 0)
            {
                Look();
            }
        }
    }

    private void Add(IEnumerable<ulong> functions)
    {
        ulong[] addresses = [.. functions];
        var address = addresses[_random.Next(addresses.Length)];
        _history.Add($"break {address:x}");
        _breakpoints.Add(address);
        Traveler.AddBreakpoint(address);
    }

    private void Watch()
    {
        var objects = fixture.Firmware.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
        var kinds = (WatchKinds[])[WatchKinds.Read, WatchKinds.Write, WatchKinds.Access, WatchKinds.Change];
        var watch = (objects[_random.Next(objects.Count)].Address, (ulong)(1 << _random.Next(4)),
            kinds[_random.Next(kinds.Length)]);
        _history.Add($"watch {watch}");
        _watchpoints.Add(watch);
        Traveler.AddWatchpoint(watch.Item1, watch.Item2, watch.Item3);
    }

    private void Forget()
    {
        _history.Add("delete");
        _breakpoints.ForEach(address => Traveler.RemoveBreakpoint(address));
        _watchpoints.ForEach(watch => Traveler.RemoveWatchpoint(watch.Address, watch.Length, watch.Kinds));
        _breakpoints.Clear();
        _watchpoints.Clear();
    }
}
