using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Looking for watched accesses without stopping at each, with paging on.</summary>
public sealed class ScanTests
{
    private const ulong End = 150_000;

    // The kernel's stack and those of rings 0 and 3, its counters, a page table and one that is used late.
    private static readonly ulong[] _watched =
        [0x10_2fd0, 0x10_2f80, 0x10_f7f0, 0x10_efec, 0x10_e000, 0x10_6034, 0x10_602c, 0x10_3800, 0x10_7028, 0x10_d000];

    [Test]
    public void Run_Scanning_FindsTheBlockOfTheLastWatchedWrite()
    {
        using var straight = new X86Sample("torture");
        straight.Machine.Run(End);
        var end = straight.State();
        var found = 0;
        foreach (var address in _watched)
        {
            using var noting = new X86Sample("torture");
            noting.Machine.Engine.AddWatchpoint(address, 4, WatchKinds.Write);
            noting.Machine.Run(End, HitMode.Note);
            using var scanning = new X86Sample("torture");
            scanning.Machine.Engine.AddWatchpoint(address, 4, WatchKinds.Write);
            scanning.Machine.Run(End, HitMode.Scan);

            Assert.That(scanning.State(), Is.EqualTo(end), $"{address:x}");
            var blocks = scanning.Machine.WatchedBlocks;
            var last = scanning.Machine.LastWatch is { } exact && (blocks.Last is not { } block || exact.Position >= block.End)
                ? (ulong?)exact.Position
                : null;
            if (noting.Machine.LastWatch is { } watch)
            {
                found++;
                Assert.That(
                    last == watch.Position || (blocks.Last is { } range && range.Start <= watch.Position && watch.Position < range.End),
                    Is.True,
                    $"{address:x}: {watch.Position} is not in {blocks.Last} nor {last}");
            }
            else
            {
                Assert.That((last, blocks.Last), Is.EqualTo(((ulong?)null, (PositionRange?)null)), $"{address:x}");
            }
        }

        Assert.That(found, Is.GreaterThan(6));
    }
}
