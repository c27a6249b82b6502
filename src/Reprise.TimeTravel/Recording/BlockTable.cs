using System.Buffers;
using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>The footer's payload: an array of (offset, kind, first, last), one a block before it.</summary>
internal static class BlockTable
{
    public static byte[] Encode(IReadOnlyList<BlockInfo> blocks)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(blocks.Count);
        foreach (var block in blocks)
        {
            writer.WriteArrayHeader(4);
            writer.Write(block.Offset);
            writer.Write((byte)block.Kind);
            writer.Write(block.First);
            writer.Write(block.Last);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
