using CsCheck;
using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Tests.Snapshots;

public sealed class PageTreeTests
{
    [Test]
    public void With_AnyChanges_EqualsADictionaryAndLeavesTheOldTree() =>
        Gen.Int[0, 1500].Array[0, 20].Array[0, 8].Sample(rounds =>
        {
            var tree = PageTree.Empty;
            var model = new Dictionary<int, SharedPage>();
            foreach (var numbers in rounds)
            {
                var changes = numbers.Select(n => KeyValuePair.Create(n, new SharedPage([(byte)n]))).ToArray();
                var (oldTree, oldModel) = (tree, new Dictionary<int, SharedPage>(model));
                tree = tree.With(changes);
                foreach (var (number, page) in changes)
                {
                    model[number] = page;
                }

                for (var n = 0; n <= 1500; n++)
                {
                    if (tree[n] != model.GetValueOrDefault(n) || oldTree[n] != oldModel.GetValueOrDefault(n))
                    {
                        return false;
                    }
                }
            }

            return true;
        });
}
