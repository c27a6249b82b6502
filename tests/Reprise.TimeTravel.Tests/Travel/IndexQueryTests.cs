using CsCheck;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.TimeTravel.Recording;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>Law 5: the index may name an interval too many, never one too few.</summary>
public sealed class IndexQueryTests
{
    private const int PageSize = 1024;

    private static readonly IntervalRecord _nothing = new(0, 100, 0, 0, [], [], [], []);

    private readonly MemoryMap _memory;
    private readonly RamRegion _flash = new("flash", 0, 16 * PageSize);
    private readonly RamRegion _ram = new("ram", 0x2000_0000, 16 * PageSize);

    public IndexQueryTests()
    {
        _memory = new MemoryMap([_flash, _ram], PageSize);
        _memory.AddMirror(0x3000_0000, _ram);
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _flash.Dispose();
        _ram.Dispose();
    }

    [Test]
    public void MayHold_Breakpoint_WhereABlockCoversIt() =>
        Gen.Select(Gen.UInt[0, 2000], Gen.UInt[1, 64]).Array[0, 12].Select(Gen.UInt[0, 2100]).Sample((blocks, address) =>
        {
            var executed = blocks.Select(block => new ExecutedBlock(block.Item1, block.Item2)).Distinct()
                .OrderBy(block => block.Address).ThenBy(block => block.Size).ToList();
            var expected = executed.Exists(block => address >= block.Address && address < block.Address + block.Size);
            var query = new IndexQuery(_memory, [address], []);
            return query.MayHold(_nothing with { BlocksExecuted = executed }) == expected;
        });

    [TestCase(WatchKinds.Write, false, true)]
    [TestCase(WatchKinds.Read, true, false)]
    [TestCase(WatchKinds.Access, true, true)]
    public void MayHold_Watchpoint_WhereItsPageWasTouchedThatWay(WatchKinds kinds, bool byReads, bool byWrites)
    {
        _memory.TryFind(0x2000_0400, out var page, out _);
        foreach (var address in new[] { 0x2000_0400ul, 0x2000_07fful, 0x3000_0400ul, 0x2000_03fful })
        {
            var query = new IndexQuery(_memory, [], [(address, 4, kinds)]);
            Assert.That(query.MayHold(_nothing with { PagesRead = [0, (uint)page] }), Is.EqualTo(byReads),
                $"{address:x}");
            Assert.That(query.MayHold(_nothing with { PagesWritten = [(uint)page, 31] }), Is.EqualTo(byWrites),
                $"{address:x}");
            Assert.That(query.MayHold(_nothing with { PagesRead = [(uint)page + 3], PagesWritten = [0] }), Is.False);
        }
    }

    [Test]
    public void MayHold_WatchpointOnADevice_IsAnywhere()
    {
        var query = new IndexQuery(_memory, [], [(0x4000_4000, 4, WatchKinds.Write)]);
        Assert.That(query.MayHold(_nothing), "accesses of devices are not indexed");
        Assert.That(new IndexQuery(_memory, [], []).MayHold(_nothing), Is.False);
    }
}
