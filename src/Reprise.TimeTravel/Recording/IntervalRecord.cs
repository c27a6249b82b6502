using MessagePack;

namespace Reprise.TimeTravel.Recording;

// Goal: the index entry of one interval, small enough to keep thousands of them.
//
// Invariants:
// - Page numbers are strictly ascending and stored as differences to the one before (the first to zero).
// - Executed blocks ascend by (address, size); their addresses are stored as differences. Two may share an address:
//   the same code entered under another limit translates into another block.
// - There is one encoding for one record, so equal intervals give equal bytes. Reading refuses every other encoding.

/// <summary>What happened between two positions: the state's hash at the last one, pages touched, code run.</summary>
public sealed record IntervalRecord(
    ulong First,
    ulong Last,
    ulong HashLow,
    ulong HashHigh,
    IReadOnlyList<uint> PagesRead,
    IReadOnlyList<uint> PagesWritten,
    IReadOnlyList<uint> PagesExecuted,
    IReadOnlyList<ExecutedBlock> BlocksExecuted) : IRecord<IntervalRecord>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(8);
        writer.Write(First);
        writer.Write(Last);
        writer.Write(HashLow);
        writer.Write(HashHigh);
        WritePages(ref writer, PagesRead);
        WritePages(ref writer, PagesWritten);
        WritePages(ref writer, PagesExecuted);
        WriteBlocks(ref writer, BlocksExecuted);
    }

    public static IntervalRecord Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 8);
        var first = reader.ReadUInt64();
        var last = reader.ReadUInt64();
        if (first > last)
        {
            throw new MessagePackSerializationException("the interval ends before it begins");
        }

        return new IntervalRecord(
            first,
            last,
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            ReadPages(ref reader),
            ReadPages(ref reader),
            ReadPages(ref reader),
            ReadBlocks(ref reader));
    }

    private static void WritePages(ref MessagePackWriter writer, IReadOnlyList<uint> pages)
    {
        writer.WriteArrayHeader(pages.Count);
        for (var i = 0; i < pages.Count; i++)
        {
            if (i > 0 && pages[i] <= pages[i - 1])
            {
                throw new ArgumentException("Page numbers must ascend strictly.", nameof(pages));
            }

            writer.Write(i == 0 ? pages[0] : pages[i] - pages[i - 1]);
        }
    }

    private static List<uint> ReadPages(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        var pages = new List<uint>();
        for (var i = 0; i < count; i++)
        {
            var delta = reader.ReadUInt32();
            if (i > 0 && delta == 0)
            {
                throw new MessagePackSerializationException("page numbers do not ascend");
            }

            pages.Add(i == 0 ? delta : checked(pages[i - 1] + delta));
        }

        return pages;
    }

    private static void WriteBlocks(ref MessagePackWriter writer, IReadOnlyList<ExecutedBlock> blocks)
    {
        // Address difference and size alternate in one flat array.
        writer.WriteArrayHeader(checked(blocks.Count * 2));
        var before = default(ExecutedBlock);
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i > 0 && !Ascend(before, blocks[i]))
            {
                throw new ArgumentException("Executed blocks must ascend by address, then size.", nameof(blocks));
            }

            writer.Write(blocks[i].Address - before.Address);
            writer.Write(blocks[i].Size);
            before = blocks[i];
        }
    }

    private static List<ExecutedBlock> ReadBlocks(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count % 2 != 0)
        {
            throw new MessagePackSerializationException("an executed block lacks its size");
        }

        var blocks = new List<ExecutedBlock>();
        var before = default(ExecutedBlock);
        for (var i = 0; i < count / 2; i++)
        {
            var block = new ExecutedBlock(checked(before.Address + reader.ReadUInt32()), reader.ReadUInt32());
            if (i > 0 && !Ascend(before, block))
            {
                throw new MessagePackSerializationException("executed blocks do not ascend");
            }

            blocks.Add(block);
            before = block;
        }

        return blocks;
    }

    private static bool Ascend(ExecutedBlock a, ExecutedBlock b) =>
        a.Address < b.Address || (a.Address == b.Address && a.Size < b.Size);
}
