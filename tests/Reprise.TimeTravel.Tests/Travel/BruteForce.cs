using Reprise.Emulation.Execution;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>
/// Every position of a stretch of history, walked forward one instruction at a time: the PC at each, and the watched
/// accesses that the instruction there makes.
/// </summary>
internal sealed class BruteForce
{
    private readonly List<ulong> _counters = [];
    private readonly List<ulong> _accesses = [];

    public BruteForce(
        TravelFixture fixture, ulong first, ulong last, (ulong Address, ulong Length, WatchKinds Kinds)? watch)
    {
        First = first;
        var timeline = fixture.Timeline;
        timeline.Seek(first);
        if (watch is { } added)
        {
            timeline.Machine.Engine.AddWatchpoint(added.Address, added.Length, added.Kinds);
        }

        var before = Watched(fixture, watch);
        for (var position = first; position < last; position++)
        {
            _counters.Add(timeline.Machine.Processor.ProgramCounter);
            var hits = timeline.Replay(position + 1, watch is null ? HitMode.Ignore : HitMode.Note);
            Assert.That(timeline.Position, Is.EqualTo(position + 1));
            if (hits.LastWatch is { } hit)
            {
                Assert.That(hit.Position, Is.EqualTo(position));
                _accesses.Add(position);
            }

            if (watch is { Kinds: WatchKinds.Change })
            {
                var after = Watched(fixture, watch);
                Assert.That(hits.LastWatch is not null, Is.EqualTo(!after.SequenceEqual(before)), $"changed at {position}");
                before = after;
            }
        }

        if (watch is { } removed)
        {
            timeline.Machine.Engine.RemoveWatchpoint(removed.Address, removed.Length, removed.Kinds);
        }
    }

    private static byte[] Watched(TravelFixture fixture, (ulong Address, ulong Length, WatchKinds Kinds)? watch)
    {
        var bytes = new byte[watch?.Length ?? 0];
        fixture.Timeline.Machine.Peek(watch?.Address ?? 0, bytes);
        return bytes;
    }

    public ulong First { get; }

    /// <summary>The PC at each position, from <see cref="First"/> on.</summary>
    public IReadOnlyList<ulong> Counters => _counters;

    /// <summary>Positions of instructions that make a watched access.</summary>
    public IReadOnlyList<ulong> Accesses => _accesses;

    /// <summary>Positions at which an instruction at one of the addresses is about to run.</summary>
    public IEnumerable<ulong> PositionsOf(IReadOnlySet<ulong> addresses) =>
        _counters.Select((counter, index) => (counter, Position: First + (ulong)index))
            .Where(entry => addresses.Contains(entry.counter)).Select(entry => entry.Position);
}
