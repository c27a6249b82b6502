using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Tests.Recording;

/// <summary>A small recording with one block of every kind, in memory.</summary>
internal static class SampleFile
{
    public static readonly (BlockKind Kind, ulong First, ulong Last, byte[] Payload)[] Blocks =
    [
        (BlockKind.Header, 0, 0, RecordPayload.Encode(Records.Header)),
        (BlockKind.InputEvents, 0, 99, RecordPayload.Encode(Records.Event)),
        (BlockKind.Intervals, 0, 99, RecordPayload.Encode(Records.Interval)),
        (BlockKind.Snapshots, 99, 99, RecordPayload.Encode(Records.Snapshot)),
        (BlockKind.InputEvents, 100, ulong.MaxValue, []),
    ];

    public static byte[] Write(bool finish)
    {
        var stream = new MemoryStream();
        using var writer = new BlockWriter(stream);
        foreach (var block in Blocks)
        {
            writer.Append(block.Kind, block.First, block.Last, block.Payload);
        }

        if (finish)
        {
            writer.Finish();
        }

        return stream.ToArray();
    }

    public static BlockReader Open(byte[] bytes) => new(new MemoryStream(bytes), "sample.reprise");

    /// <summary>Reads everything a caller could; answers how many blocks there were.</summary>
    public static int ReadAll(byte[] bytes)
    {
        using var reader = Open(bytes);
        foreach (var block in reader.Blocks)
        {
            reader.Read(block);
        }

        return reader.Blocks.Count;
    }
}
