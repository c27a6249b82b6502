using System.Buffers.Binary;
using System.IO.Hashing;
using ZstdSharp;

namespace Reprise.TimeTravel.Recording;

// Goal: open a recording whatever happened to it, and never trust a byte of it.
//
// Invariants:
// - Opening walks the blocks from the front and checks every hash; nothing is decompressed, no memory is taken beyond
//   a fixed buffer: opening costs one pass over the file.
// - A valid trailer at the end makes the file a finished one: then any mismatch is an error, and the footer must name
//   exactly the blocks that the walk found.
// - Without it the walk ends at the first block that is not sealed, and TailProblem tells why. A whole footer with
//   something other than a trailer behind it is damage, not a killed recorder: an error.
// - Every length is checked against the limit and against the bytes left before it is used.
// - Only RecordingException (and the stream's own IOException) leaves this class.

/// <summary>Reads the container layer of a <c>.reprise</c> file from a seekable stream.</summary>
public sealed class BlockReader : IDisposable
{
    private readonly Stream _stream;
    private readonly List<BlockInfo> _blocks = [];
    private readonly byte[] _scratch = new byte[64 << 10];
    private readonly Lock _lock = new();
    private readonly long _length;

    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    public BlockReader(string path)
        : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), path)
    {
    }

    /// <summary>Reads a stream, which the reader owns from now on; messages call it <paramref name="name"/>.</summary>
    /// <exception cref="RecordingException">Not a recording, or a damaged one.</exception>
    public BlockReader(Stream stream, string name)
    {
        _stream = stream;
        Name = name;
        try
        {
            _length = stream.Length;
            CheckFileHeader();
            Finished = HasTrailer();
            Walk();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>False when the recorder wrote no footer: the blocks end at the last sealed one.</summary>
    public bool Finished { get; }

    /// <summary>Why the blocks of an unfinished file end where they do; null when no bytes were left over.</summary>
    public string? TailProblem { get; private set; }

    /// <summary>The sealed blocks in file order, without the footer.</summary>
    public IReadOnlyList<BlockInfo> Blocks => _blocks;

    /// <summary>The uncompressed payload of a block. Its hash is checked again: the file may have changed.</summary>
    /// <exception cref="RecordingException">The payload is not what its header says.</exception>
    public byte[] Read(BlockInfo block)
    {
        var payload = GC.AllocateUninitializedArray<byte>(block.UncompressedLength);
        Read(block, payload);
        return payload;
    }

    /// <summary>The same, to where the caller has room for just that.</summary>
    /// <exception cref="RecordingException">The payload is not what its header says.</exception>
    public void Read(BlockInfo block, Span<byte> payload)
    {
        using var only = _lock.EnterScope();
        if (TryReadHeader(block.Offset, _length, out var actual) is { } problem)
        {
            throw Damaged(block.Offset, problem);
        }

        if (actual != block)
        {
            throw Damaged(block.Offset, "the block that was there when the file was opened");
        }

        var compressed = new byte[block.CompressedLength];
        ReadExactly(block.Offset + RecordingFormat.BlockHeaderLength, compressed);
        try
        {
            using var decompressor = new Decompressor();
            if (decompressor.Unwrap(compressed, payload) == payload.Length)
            {
                return;
            }
        }
        catch (ZstdException e)
        {
            throw Damaged(block.Offset, $"a Zstandard frame of {payload.Length} bytes ({e.Message})");
        }

        throw Damaged(block.Offset, $"a Zstandard frame of {payload.Length} bytes");
    }

    /// <summary>The records of a block.</summary>
    /// <exception cref="RecordingException">The payload is damaged or does not hold such records.</exception>
    public IReadOnlyList<T> ReadRecords<T>(BlockInfo block)
        where T : IRecord<T> => RecordPayload.Decode<T>(Read(block), Name, block.Offset);

    public void Dispose() => _stream.Dispose();

    private void CheckFileHeader()
    {
        if (_length < RecordingFormat.FileHeaderLength)
        {
            throw Damaged(0, "a file header of 16 bytes");
        }

        var header = _scratch.AsSpan(0, RecordingFormat.FileHeaderLength);
        ReadExactly(0, header);
        if (!header[..8].SequenceEqual(RecordingFormat.FileMagic))
        {
            throw Damaged(0, "the magic of a Reprise recording");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != (uint)XxHash64.HashToUInt64(header[..12]))
        {
            throw Damaged(12, "the checksum of the file header");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version is < RecordingFormat.OldestVersion or > RecordingFormat.Version)
        {
            throw Damaged(
                8, $"format version {RecordingFormat.OldestVersion} to {RecordingFormat.Version}, found {version}");
        }
    }

    private bool HasTrailer()
    {
        // A finished file holds at least the footer block.
        var afterHeader = _length - RecordingFormat.FileHeaderLength;
        if (afterHeader < RecordingFormat.BlockHeaderLength + RecordingFormat.TrailerLength)
        {
            return false;
        }

        var trailer = _scratch.AsSpan(0, RecordingFormat.TrailerLength);
        ReadExactly(_length - RecordingFormat.TrailerLength, trailer);
        return RecordingFormat.IsTrailer(trailer);
    }

    private void Walk()
    {
        var end = Finished ? _length - RecordingFormat.TrailerLength : _length;
        long offset = RecordingFormat.FileHeaderLength;
        while (offset < end)
        {
            var problem = TryReadHeader(offset, end, out var block);
            if (problem is not null)
            {
                var damage = Damaged(offset, problem);
                TailProblem = Finished ? throw damage : damage.Message;
                return;
            }

            offset += RecordingFormat.BlockHeaderLength + block.CompressedLength;
            if (block.Kind == BlockKind.Footer)
            {
                CheckFooter(block, offset, end);
                return;
            }

            _blocks.Add(block);
        }

        if (Finished)
        {
            throw Damaged(end, "a footer before the trailer");
        }
    }

    private void CheckFooter(BlockInfo footer, long after, long end)
    {
        if (!Read(footer).AsSpan().SequenceEqual(BlockTable.Encode(_blocks)))
        {
            throw Damaged(footer.Offset, "a footer that names exactly the blocks before it");
        }

        if (!Finished)
        {
            if (_length - after >= RecordingFormat.TrailerLength)
            {
                throw Damaged(after, "a trailer of 24 bytes, and the end of the file after it");
            }

            TailProblem = $"{Name}: at byte {after}: expected a trailer of 24 bytes";
            return;
        }

        var trailer = _scratch.AsSpan(0, RecordingFormat.TrailerLength);
        ReadExactly(end, trailer);
        if (after != end || BinaryPrimitives.ReadInt64LittleEndian(trailer) != footer.Offset)
        {
            throw Damaged(after, "a trailer right after the footer, with the footer's offset");
        }
    }

    /// <summary>Checks the block at an offset, hash included. Null when sealed, else what was expected.</summary>
    private string? TryReadHeader(long offset, long end, out BlockInfo block)
    {
        block = default;
        if (end - offset < RecordingFormat.BlockHeaderLength)
        {
            return "a block header of 40 bytes";
        }

        Span<byte> header = stackalloc byte[RecordingFormat.BlockHeaderLength];
        ReadExactly(offset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != RecordingFormat.BlockMagic)
        {
            return "the magic of a block";
        }

        var uncompressed = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var first = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        var last = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        if (header[5] != RecordingFormat.ZstdFlag || header[6] != 0 || header[7] != 0 || first > last)
        {
            return "known flags and ordered positions";
        }

        if (uncompressed > RecordingFormat.MaxUncompressedLength || compressed > RecordingFormat.MaxCompressedLength)
        {
            return $"a block of at most {RecordingFormat.MaxUncompressedLength} bytes";
        }

        if (compressed > end - offset - RecordingFormat.BlockHeaderLength)
        {
            return $"a payload of {compressed} bytes";
        }

        var hash = new XxHash64();
        hash.Append(header[..RecordingFormat.HashedHeaderLength]);
        var at = offset + RecordingFormat.BlockHeaderLength;
        for (var left = (int)compressed; left > 0;)
        {
            var part = _scratch.AsSpan(0, Math.Min(left, _scratch.Length));
            ReadExactly(at, part);
            hash.Append(part);
            at += part.Length;
            left -= part.Length;
        }

        var wanted = BinaryPrimitives.ReadUInt64LittleEndian(header[RecordingFormat.HashedHeaderLength..]);
        if (hash.GetCurrentHashAsUInt64() != wanted)
        {
            return $"a block whose hash is {wanted:x16}";
        }

        block = new BlockInfo(offset, (BlockKind)header[4], first, last, (int)uncompressed, (int)compressed);
        return null;
    }

    private void ReadExactly(long offset, Span<byte> target)
    {
        _stream.Position = offset;
        if (_stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw Damaged(offset, $"{target.Length} bytes; the file shrank while it was read");
        }
    }

    private RecordingException Damaged(long offset, string expected) => new(Name, offset, expected);
}
