using System.Buffers.Binary;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>
/// One random way through the firmware's history: from a snapshot on, runs, steps, breakpoints, watchpoints, new
/// intervals and travels back and forth, on two machines in turn. The state is checked wherever it is known.
/// </summary>
internal sealed class Chopping(ReferenceRun reference, TortureRun[] runs, int seed)
{
    private const int LongestRun = 4_000;
    private const int MostHits = 800;

    private static readonly uint[] _watchedDevices =
        [0x4000_0004, 0x4000_1004, 0x4000_2004, 0x4000_4000, 0x4002_8000, 0xe000_e018, 0xe000_ed04, 0xe000_e200];

    private readonly Random _random = new(seed);
    private readonly List<string> _history = [];
    private readonly List<RunSnapshot> _own = [];
    private TortureRun _run = runs[0];

    public void Run()
    {
        Restore(Pick(reference.Saved));
        var count = _random.Next(3, 9);
        for (var i = 0; i < count && _run.Position < reference.End; i++)
        {
            DoSomething();
        }
    }

    private void DoSomething()
    {
        _run.MostEffort = _random.Next(3) == 0 ? _random.Next(1, 30_000) : 0;
        switch (_random.Next(9))
        {
            case 0:
                Forward(_random.Next(LongestRun), HitMode.Stop);
                break;
            case 1:
                Step(_random.Next(1, 60));
                break;
            case 2:
                With(RandomBreakpoints(), [], () => Forward(_random.Next(LongestRun), RandomMode()));
                break;
            case 3:
                With([], RandomWatchpoints(), () => Forward(_random.Next(LongestRun), RandomMode()));
                break;
            case 4:
                With(RandomBreakpoints(), RandomWatchpoints(), () => Step(_random.Next(1, 60)));
                break;
            case 5:
                Note("interval");
                _run.Machine.Engine.BeginInterval();
                break;
            case 6:
                Note("save");
                _own.Add(_run.Save());
                break;
            case 7:
                _run = Pick(runs);
                Restore(_own.Count > 0 ? Pick(_own) : Pick(reference.Saved));
                break;
            case 8:
                SearchWindow();
                break;
        }
    }

    /// <summary>All hits in a window, found by stopping, must be where the PC was; the last one is the one noted.</summary>
    private void SearchWindow()
    {
        var start = Pick(reference.WindowStarts);
        Restore(reference.Saved.Where(snapshot => snapshot.Position <= start).MaxBy(snapshot => snapshot.Position)!);
        Advance(start, HitMode.Stop);
        var begin = _run.Save();
        var end = reference.EndOfWindow(start);
        var address = reference.PcAt(start + (ulong)_random.Next((int)(end - start)));
        var expected = reference.PositionsOf(address, start).ToList();
        var watchpoints = RandomWatchpoints();
        With([address], watchpoints, () =>
        {
            var (breaks, watches) = Advance(end, HitMode.Stop);
            Same(breaks, expected.Where(hit => hit > start), $"breakpoints at {address:x}");
            Restore(begin);
            Advance(end, HitMode.Note);
            var noted = _run.Machine;
            var last = expected.Where(hit => hit < end).Select(hit => (ulong?)hit).LastOrDefault();
            if (start / TortureRun.InputPeriod == (end - 1) / TortureRun.InputPeriod)
            {
                // A run notes what is where it begins, and does not stop there.
                Same([noted.LastBreakpoint], [last], $"last breakpoint at {address:x}");
                WatchHit? lastWatch = watches.Count > 0 ? watches[^1] : null;
                var notedWatch = noted.LastWatch is { } hit && hit.Position == start ? null : noted.LastWatch;
                Same([notedWatch], [lastWatch], "last watched access");
                Restore(begin);
                Advance(end, HitMode.Scan);
                CheckScan(_run.Machine, watches.Where(hit => hit.Position > start).ToList());
            }
        });
    }

    /// <summary>A scan names the blocks of the first and the last access, or the access itself if it is a device's.</summary>
    private void CheckScan(Machine scanned, List<WatchHit> watches)
    {
        var (first, last) = scanned.WatchedBlocks;
        foreach (var hit in watches.Take(1).Concat(watches.TakeLast(1)))
        {
            var known = scanned.LastWatch?.Position >= hit.Position
                || (first?.Start <= hit.Position && hit.Position < last?.End);
            Assert.That(known, $"{hit} is not in {first} to {last}, nor {scanned.LastWatch}\n{History()}");
        }
    }

    private void Same<T>(IEnumerable<T> actual, IEnumerable<T> expected, string what)
    {
        if (!actual.SequenceEqual(expected))
        {
            Assert.Fail($"{what}: {string.Join(' ', actual)}\nexpected: {string.Join(' ', expected)}\n{History()}");
        }
    }

    private void Restore(RunSnapshot snapshot)
    {
        Note($"machine {Array.IndexOf(runs, _run)} restore {snapshot.Position}");
        _run.Restore(snapshot);
        reference.Check(_run, History);
    }

    private void Forward(int count, HitMode mode) =>
        Advance(Math.Min(reference.End, _run.Position + (ulong)count), mode);

    /// <summary>Runs to a position through all stops; answers where they were.</summary>
    private (List<ulong> Breakpoints, List<WatchHit> Watches) Advance(ulong target, HitMode mode)
    {
        Note($"run {_run.Position} to {target} {mode}");
        var breakpoints = new List<ulong>();
        var watches = new List<WatchHit>();
        while (_run.Position < target)
        {
            var reason = _run.RunTo(target, mode);
            reference.Check(_run, History);
            // The instruction at a breakpoint, or behind a write that no instruction made, may make a watched access too.
            _run.Machine.Engine.StopsAtFirstAccess = reason.Kind == StopKind.Breakpoint
                || (reason.Kind == StopKind.Watchpoint && reason.Watch.Position < _run.Position);
            if (reason.Kind == StopKind.Breakpoint)
            {
                breakpoints.Add(_run.Position);
            }
            else if (reason.Kind == StopKind.Watchpoint)
            {
                watches.Add(reason.Watch);
                if (reason.Watch.Position < _run.Position && _run.Machine.Engine.IsAtHit(_run.ProgramCounter))
                {
                    // The handler whose frame was watched begins at a breakpoint: it is one stop.
                    breakpoints.Add(_run.Position);
                }
            }

            if (breakpoints.Count + watches.Count > MostHits)
            {
                mode = HitMode.Note;
            }
        }

        _run.Machine.Engine.StopsAtFirstAccess = false;
        return (breakpoints, watches);
    }

    private void Step(int count)
    {
        Note($"step {_run.Position} {count}");
        for (; count > 0 && _run.Position < reference.End; count--)
        {
            var before = _run.Position;
            _run.RunTo(before + 1, HitMode.Stop);
            Assert.That(_run.Position, Is.EqualTo(before + 1), History);
            reference.Check(_run, History);
        }
    }

    private void With(
        List<uint> breakpoints, List<(ulong Address, ulong Length, WatchKinds Kinds)> watchpoints, Action action)
    {
        Note($"break {string.Join(' ', breakpoints.Select(address => $"{address:x}"))} "
            + $"watch {string.Join(' ', watchpoints.Select(watch => $"{watch.Address:x}+{watch.Length}:{(int)watch.Kinds}"))}");
        var engines = runs.Select(run => run.Machine.Engine).ToArray();
        foreach (var engine in engines)
        {
            breakpoints.ForEach(address => engine.AddBreakpoint(address));
            watchpoints.ForEach(watch => engine.AddWatchpoint(watch.Address, watch.Length, watch.Kinds));
        }

        action();
        foreach (var engine in engines)
        {
            breakpoints.ForEach(address => engine.RemoveBreakpoint(address));
            watchpoints.ForEach(watch => engine.RemoveWatchpoint(watch.Address, watch.Length, watch.Kinds));
        }
    }

    /// <summary>Instructions of any function, most of them inside of it, where IT blocks are.</summary>
    private List<uint> RandomBreakpoints()
    {
        var functions = reference.Image.Symbols.Where(symbol => symbol is { IsFunction: true, Size: > 0 }).ToList();
        var decoder = new ThumbDecoder();
        return [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ =>
        {
            var function = Pick(functions);
            var addresses = new List<uint>();
            for (var address = function.Address; address < function.Address + function.Size;)
            {
                addresses.Add((uint)address);
                address += (uint)decoder.Length(_run.Machine.Memory.BytesFrom(address));
            }

            return Pick(addresses);
        }).Distinct()];
    }

    private List<(ulong Address, ulong Length, WatchKinds Kinds)> RandomWatchpoints() =>
        [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => (RandomWatched(), Pick<ulong>([1, 2, 4, 8, 64]), RandomKinds()))
            .Distinct()];

    private ulong RandomWatched()
    {
        var objects = reference.Image.Symbols.Where(symbol => symbol is { IsFunction: false, Size: >= 4 }).ToList();
        var target = Pick(objects);
        return _random.Next(4) switch
        {
            0 => StackPointer + (uint)_random.Next(-40, 40) * 4,
            1 => Pick(_watchedDevices),
            2 => 0x2040_0000u - (uint)_random.Next(1, 80) * 4,
            _ => target.Address + (uint)_random.Next((int)target.Size),
        };
    }

    private uint StackPointer
    {
        get
        {
            var processor = _run.Machine.Processor;
            Span<byte> value = stackalloc byte[sizeof(uint)];
            var index = processor.Registers.Select((register, index) => (register, index))
                .Single(entry => entry.register.Name == "sp").index;
            processor.ReadRegister(index, value);
            return BinaryPrimitives.ReadUInt32LittleEndian(value);
        }
    }

    private WatchKinds RandomKinds() => Pick([WatchKinds.Read, WatchKinds.Write, WatchKinds.Access, WatchKinds.Change]);

    private HitMode RandomMode() => Pick([HitMode.Stop, HitMode.Note, HitMode.Scan]);

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private void Note(string what) => _history.Add(what);

    private string History() => $"REPRISE_SEED={seed}\n{string.Join('\n', _history)}";
}
