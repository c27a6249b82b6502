using CsCheck;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    private const int PageNumbers = 600;

    // Each step adds a snapshot that changes some pages of an earlier tree, or removes one.
    private static readonly Gen<(bool Add, ulong Position, int Parent, int[] Pages)[]> Steps =
        Gen.Select(Gen.Bool, Gen.ULong[0, 30], Gen.Int[0, 1000], Gen.Int[0, PageNumbers - 1].Array[0, 8]).Array[1, 40];

    [Test]
    public void UniqueBytes_AfterAnyAddsAndRemoves_EqualsARecount() => Steps.Sample(steps =>
    {
        var store = new SnapshotStore(long.MaxValue);
        Run(store, steps, () => Assert.That(store.UniqueBytes, Is.EqualTo(Recount(store))));
        foreach (var snapshot in store.Snapshots.ToArray())
        {
            store.Remove(snapshot.Position);
        }

        return store.UniqueBytes == 0;
    });

    [Test]
    public void Thin_AnyStore_KeepsToTheBudgetOrOnlyWhatMustStay() =>
        Gen.Select(Steps, Gen.Long[0, 300], Gen.ULong[0, 30]).Sample((steps, budget, pinned) =>
        {
            var store = new SnapshotStore(budget);
            Run(store, steps, () => { });
            store.Pin(pinned);
            var must = store.Snapshots.Where(s => s.Position == 0 || s.Position == pinned).ToArray();
            store.Thin(30);
            return store.UniqueBytes == Recount(store)
                && must.All(store.Snapshots.Contains)
                && (store.UniqueBytes <= budget || store.Snapshots.Count == must.Length);
        });

    [Test]
    public void FindAtOrBefore_AnyPosition_EqualsAForwardScan() => Steps.Sample(steps =>
    {
        var store = new SnapshotStore(long.MaxValue);
        Run(store, steps, () => { });
        for (ulong position = 0; position < 32; position++)
        {
            var expected = store.Snapshots.LastOrDefault(s => s.Position <= position);
            Assert.That(store.FindAtOrBefore(position), Is.SameAs(expected));
        }
    });

    [Test]
    public void Add_PositionTaken_ChangesNothing()
    {
        var store = new SnapshotStore(100);
        Assert.That(store.Add(new Snapshot(1, 0, new byte[4], PageTree.Empty)), Is.True);
        Assert.That(store.Add(new Snapshot(1, 0, new byte[9], PageTree.Empty)), Is.False);
        Assert.That(store.UniqueBytes, Is.EqualTo(4));
    }

    private static void Run(
        SnapshotStore store, (bool Add, ulong Position, int Parent, int[] Pages)[] steps, Action check)
    {
        var trees = new List<PageTree> { PageTree.Empty };
        foreach (var step in steps)
        {
            if (step.Add)
            {
                var changes = step.Pages.Select(n => KeyValuePair.Create(n, new SharedPage(new byte[1 + (n % 7)])));
                trees.Add(trees[step.Parent % trees.Count].With(changes));
                store.Add(new Snapshot(step.Position, 0, new byte[5], trees[^1]));
            }
            else
            {
                store.Remove(step.Position);
            }

            check();
        }
    }

    private static long Recount(SnapshotStore store)
    {
        var pages = new HashSet<SharedPage>(ReferenceEqualityComparer.Instance);
        foreach (var snapshot in store.Snapshots)
        {
            pages.UnionWith(Enumerable.Range(0, PageNumbers).Select(n => snapshot.Pages[n]).OfType<SharedPage>());
        }

        return pages.Sum(p => (long)p.Length) + store.Snapshots.Sum(s => s.State.Length);
    }
}
