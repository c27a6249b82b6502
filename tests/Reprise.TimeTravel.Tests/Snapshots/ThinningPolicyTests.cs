using CsCheck;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Tests.Snapshots;

public sealed class ThinningPolicyTests
{
    private static readonly Gen<SnapshotCost[]> Costs =
        Gen.Select(Gen.ULong[0, 5000], Gen.Int[0, 100], Gen.Int[0, 5]).Array[0, 40].Select(items => items
            .DistinctBy(i => i.Item1)
            .OrderBy(i => i.Item1)
            .Select(i => new SnapshotCost(i.Item1, i.Item2, i.Item3 == 0))
            .ToArray());

    private static readonly Gen<(SnapshotCost[] Costs, ulong Current, long Budget)> Cases =
        Gen.Select(Costs, Gen.ULong[0, 6000], Gen.Long[0, 2500]);

    [Test]
    public void SelectDrops_AnyCase_KeepsToTheBudgetOrDropsAllItMay() => Cases.Sample(c =>
    {
        var drops = ThinningPolicy.SelectDrops(c.Costs, c.Current, c.Budget).ToHashSet();
        var kept = c.Costs.Where(s => !drops.Contains(s.Position)).ToArray();
        return kept.Sum(s => s.Bytes) <= c.Budget || kept.All(s => s.Pinned || s.Position == 0);
    });

    [Test]
    public void SelectDrops_AnyCase_NeverDropsPinnedOrZero() => Cases.Sample(c =>
    {
        var drops = ThinningPolicy.SelectDrops(c.Costs, c.Current, c.Budget);
        return drops.All(d => d != 0 && c.Costs.Any(s => s.Position == d && !s.Pinned))
            && drops.Distinct().Count() == drops.Count;
    });

    [Test]
    public void SelectDrops_AnyCase_DropsNoMoreThanNeeded() => Cases.Sample(c =>
    {
        var drops = ThinningPolicy.SelectDrops(c.Costs, c.Current, c.Budget);
        var beforeLast = drops.SkipLast(1).ToHashSet();
        return drops.Count == 0
            || c.Costs.Where(s => !beforeLast.Contains(s.Position)).Sum(s => s.Bytes) > c.Budget;
    });

    [Test]
    public void SelectDrops_AskedTwice_AnswersTheSame() => Cases.Sample(c =>
    {
        var copy = c.Costs.ToArray();
        var first = ThinningPolicy.SelectDrops(c.Costs, c.Current, c.Budget);
        var second = ThinningPolicy.SelectDrops(copy, c.Current, c.Budget);
        return first.SequenceEqual(second) && copy.SequenceEqual(c.Costs);
    });

    [Test]
    public void SelectDrops_EvenHistory_SpacingGrowsWithDistance() =>
        Gen.Select(Gen.Int[64, 400], Gen.Int[12, 40], Gen.ULong[1, 1_000_000]).Sample((count, keep, step) =>
        {
            var all = Enumerable.Range(0, count).Select(i => new SnapshotCost((ulong)i * step, 1, false)).ToArray();
            var current = all[^1].Position;
            var drops = ThinningPolicy.SelectDrops(all, current, keep).ToHashSet();
            var kept = all.Select(s => s.Position).Where(p => !drops.Contains(p)).ToArray();

            // Gaps settle within a factor of the distance: four times as far is never denser.
            var gaps = kept.Zip(kept.Skip(1), (a, b) => (Distance: current - b + step, Gap: b - a)).ToArray();
            return kept.Length == keep
                && gaps.All(far => gaps.All(near => far.Distance < 4 * near.Distance || far.Gap >= near.Gap));
        });

    [Test]
    public void SelectDrops_PositionsAtTheEndsOfTheRange_DoesNotOverflow()
    {
        SnapshotCost[] all = [new(0, 1, false), new(1, 1, false), new(ulong.MaxValue, 1, false)];
        Assert.That(ThinningPolicy.SelectDrops(all, 0, 0), Is.EquivalentTo(new[] { 1UL, ulong.MaxValue }));
        Assert.That(ThinningPolicy.SelectDrops(all, ulong.MaxValue, 2), Is.EqualTo(new[] { 1UL }));
    }

    [Test]
    public void SelectDrops_UnorderedPositions_IsRefused() => Assert.Throws<ArgumentException>(
        () => ThinningPolicy.SelectDrops([new(2, 1, false), new(1, 1, false)], 3, 0));
}
