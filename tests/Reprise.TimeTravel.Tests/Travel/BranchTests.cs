using CsCheck;
using Reprise.Emulation.Execution;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Snapshots;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>
/// Law 6: whatever is changed in the past, every state that was seen on any branch is there for ever, on this machine, on
/// another that has the history alone, and in the recording.
/// </summary>
public sealed class BranchTests
{
    private const ulong Length = 40_000;

    private static readonly Gen<(int Branch, ulong At, uint Poke, ulong Run, bool Close)[]> Forks =
        Gen.Select(Gen.Int[0, 20], Gen.ULong[0, Length - 1], Gen.UInt, Gen.ULong[0, 6_000], Gen.Bool).Array[1, 8];

    [Test]
    public void Fork_AnywhereAndRunOn_NoStateOfAnyBranchChanges() => Forks.Sample(
        forks =>
        {
            using var live = new TravelFixture("torture", 5_000, Input(), budget: 1 << 19);
            var seen = RunAll(live, forks);
            foreach (var ((branch, position), hash) in seen.Reverse())
            {
                live.Traveler.Go(live.Timeline.History.Branches[branch], position, () => false);
                Assert.That(live.Timeline.StateHash(), Is.EqualTo(hash), $"live, {branch}:{position}");
            }

            CheckBytes(live.Timeline);

            using var replayed = TravelFixture.Replaying("torture", live.Timeline.History.Branches[0]);
            foreach (var ((branch, position), hash) in seen)
            {
                replayed.Timeline.Cross(live.Timeline.History.Branches[branch], position);
                replayed.Timeline.Replay(position, HitMode.Ignore);
                Assert.That(replayed.Timeline.StateHash(), Is.EqualTo(hash), $"replayed, {branch}:{position}");
            }
        },
        iter: 15,
        threads: 1);

    [Test]
    public void Record_Branches_TheFileHasThemAllAndEveryIntervalReplays() => Forks.Sample(
        forks =>
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            try
            {
                SortedDictionary<(int, ulong), (ulong, ulong)> seen;
                using (var writer = new RecordingWriter(path, TravelFixture.Header("torture")))
                {
                    using var live = new TravelFixture("torture", 5_000, Input(), writer);
                    seen = RunAll(live, forks);
                    live.Recorder.CloseInterval();
                    writer.Finish();
                }

                using var file = new RecordingFile(path);
                using var bare = file.CreateBareTimeline(new TextOutput(), 1 << 28);
                using var timeline = file.CreateTimeline(new TextOutput(), 1 << 28);
                foreach (var branch in file.History.Branches)
                {
                    CheckIntervals(branch, bare);
                }

                Assert.That(file.History.Branches, Has.Count.GreaterThan(1));
                foreach (var ((branch, position), hash) in seen)
                {
                    timeline.Cross(file.History.Branches[branch], position);
                    timeline.Seek(position);
                    Assert.That(timeline.StateHash(), Is.EqualTo(hash), $"{branch}:{position}");
                }

                // No more from what was recorded, but branches of it.
                var recorder = new Recorder(timeline, new RecorderOptions(5_000), Input(), null);
                Assert.Throws<InvalidOperationException>(
                    () => file.History.Add(new InputEvent(Length, 1, "", new byte[1])));
                timeline.Cross(file.History, Length / 2);
                timeline.Seek(Length / 2);
                recorder.Poke(InputKind.Register, [0, 1, 2, 3, 4]);
                recorder.Record(timeline.End + 100, HitMode.Ignore, () => false);
                Assert.That(timeline.History.Parent, Is.SameAs(file.History));
                Assert.That(timeline.End, Is.EqualTo(Length / 2 + 100));
            }
            finally
            {
                File.Delete(path);
            }
        },
        iter: 8,
        threads: 1);

    [Test]
    public void Output_OfABranch_IsPrintedOnceAndThatOfTheParentNotAgain()
    {
        using var fixture = new TravelFixture("ticks", 100_000);
        fixture.Record(3_000_000);
        var root = fixture.Timeline.History;
        var before = fixture.Output.Text.Length;
        Assert.That(before, Is.Positive);
        fixture.Timeline.Seek(1_000_000);
        fixture.Recorder.Poke(InputKind.Register, [1, 1, 2, 3, 4]);
        fixture.Record(3_000_000);
        var after = fixture.Output.Text.Length;
        Assert.That(after, Is.GreaterThan(before), "the branch prints what it does");
        var branch = fixture.Timeline.History;
        fixture.Traveler.Go(root, 3_000_000, () => false);
        fixture.Traveler.Go(branch, 1_000_000, () => false);
        fixture.Traveler.Go(branch, branch.ClosedEnd, () => false);
        Assert.That(fixture.Output.Text, Has.Length.EqualTo(after), "looking prints nothing");
    }

    [Test]
    public void Fork_TooOften_IsRefusedAndChangesNothing()
    {
        var root = new History();
        root.Add(new IntervalRecord(0, 10, 0, 0, [], [], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => root.Fork(11));
        while (root.Branches.Count < History.MostBranches)
        {
            root.Branches[^1].Fork(10);
        }

        Assert.Throws<InvalidOperationException>(() => root.Fork(5));
        Assert.That(root.Branches[^1].OwnerOf(9), Is.SameAs(root));
        Assert.That(root.Branches[^1].Intervals, Has.Count.EqualTo(1));
    }

    /// <summary>Snapshots of all branches share one budget, and each page counts once.</summary>
    private static void CheckBytes(Timeline timeline)
    {
        var store = timeline.Snapshots;
        var count = timeline.Machine.Memory.PageCount;
        var all = store.Snapshots.Concat(store.Aside).ToList();
        var pages = all.SelectMany(snapshot => Enumerable.Range(0, count).Select(number => snapshot.Pages[number]))
            .OfType<SharedPage>().Distinct(ReferenceEqualityComparer.Instance).Cast<SharedPage>();
        Assert.That(
            store.UniqueBytes, Is.EqualTo(pages.Sum(page => (long)page.Length) + all.Sum(s => (long)s.State.Length)));
    }

    private static ScriptedInput Input() => new("some bytes that come now and then\n", questionsPerByte: 3);

    /// <summary>Records, forks as planned, and notes states on the way.</summary>
    private static SortedDictionary<(int Branch, ulong Position), (ulong, ulong)> RunAll(
        TravelFixture live, (int Branch, ulong At, uint Poke, ulong Run, bool Close)[] forks)
    {
        var timeline = live.Timeline;
        var seen = new SortedDictionary<(int, ulong), (ulong, ulong)>();
        void Note() =>
            seen[(timeline.History.OwnerOf(timeline.Position).Number, timeline.Position)] = timeline.StateHash();
        live.Record(Length);
        Note();
        foreach (var (number, at, poke, run, close) in forks)
        {
            var from = timeline.History.Branches[number % timeline.History.Branches.Count];
            live.Traveler.Go(from, at % (timeline.EndOf(from) + 1), () => false);
            if (!live.Recorder.IsInThePast)
            {
                continue;
            }

            Note();
            live.Recorder.Poke(InputKind.Register, [(byte)(poke % 13), .. BitConverter.GetBytes(poke)]);
            if (close)
            {
                Note();
            }

            live.Record(timeline.End + run);
            Note();
        }

        // The first branch goes on where it was.
        live.Traveler.Go(timeline.History.Branches[0], Length, () => false);
        live.Record(Length + 3_000);
        Note();
        return seen;
    }

    private static void CheckIntervals(History branch, Timeline timeline)
    {
        timeline.Cross(branch, branch.ForkPosition);
        for (var i = branch.FirstInterval; i < branch.Intervals.Count; i++)
        {
            var interval = branch.Intervals[i];
            if (i + 1 < branch.Intervals.Count && branch.Intervals[i + 1].Last == interval.Last)
            {
                continue;
            }

            timeline.Replay(interval.Last, HitMode.Ignore);
            Assert.That(
                timeline.StateHash(), Is.EqualTo((interval.HashLow, interval.HashHigh)),
                $"branch {branch.Number}, interval to {interval.Last}");
        }
    }
}
