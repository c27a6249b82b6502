using Reprise.TimeTravel.Snapshots;

namespace Reprise.TimeTravel.Recording;

// Goal: the pages of all snapshots of a file at hand, for the memory of those that were looked at last.
//
// Invariants:
// - A block is checked again whenever it is read (BlockReader.Read).
// - The last block that was read stays, however small the limit.
// - Machines that search side by side share this: a lock is held while a block is looked for or read.

/// <summary>Blocks of a recording, decompressed when something in them is wanted, the latest kept.</summary>
/// <param name="reader">Reads them.</param>
/// <param name="limit">Bytes, decompressed, that are kept.</param>
internal sealed class StoredBlocks(BlockReader reader, long limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlockInfo, LinkedListNode<(BlockInfo Block, byte[] Payload)>> _kept = [];
    private readonly LinkedList<(BlockInfo Block, byte[] Payload)> _latest = [];
    private long _bytes;

    /// <summary>The block as a place where pages are.</summary>
    public IPageSource SourceOf(BlockInfo block) => new Source(this, block);

    private byte[] Read(BlockInfo block)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(block, out var node))
            {
                _latest.Remove(node);
            }
            else
            {
                node = new((block, reader.Read(block)));
                _kept.Add(block, node);
                _bytes += block.UncompressedLength;
            }

            _latest.AddFirst(node);
            while (_bytes > limit && _latest.Count > 1)
            {
                var oldest = _latest.Last!.Value.Block;
                _latest.RemoveLast();
                _kept.Remove(oldest);
                _bytes -= oldest.UncompressedLength;
            }

            return node.Value.Payload;
        }
    }

    private sealed class Source(StoredBlocks blocks, BlockInfo block) : IPageSource
    {
        public long Order => block.Offset;

        public ReadOnlyMemory<byte> Read() => blocks.Read(block);
    }
}
