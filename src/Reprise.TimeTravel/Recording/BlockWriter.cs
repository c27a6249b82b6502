using System.Buffers.Binary;
using System.IO.Hashing;
using ZstdSharp;

namespace Reprise.TimeTravel.Recording;

// Goal: append sealed blocks so that a recorder killed at any instant leaves a file that opens up to its last one.
//
// Invariants:
// - The file only grows: nothing that was written is touched again.
// - A block reaches the operating system in one unbuffered write, so it outlives the process as soon as Append returns;
//   Flush also makes it outlive the machine.
// - Header and payload are hashed together: a block is sealed when its hash holds.
// - After a failed write the tail may be torn, so the writer refuses to append behind it.
// - Finish is the one place that writes a footer and the trailer that points at it.

/// <summary>Writes the container layer of a <c>.reprise</c> file. See <see cref="Finish"/>.</summary>
public sealed class BlockWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly Compressor _compressor = new(3);
    private readonly List<BlockInfo> _blocks = [];
    private byte[] _buffer = [];
    private long _offset;
    private bool _closed;

    /// <summary>Creates <paramref name="path"/>; a file that is already there is never overwritten.</summary>
    public BlockWriter(string path)
        : this(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
    {
    }

    /// <summary>Writes to an empty stream, which the writer then owns.</summary>
    public BlockWriter(Stream stream)
    {
        _stream = stream;
        var header = new byte[RecordingFormat.FileHeaderLength];
        RecordingFormat.WriteFileHeader(header);
        Write(header);
    }

    public IReadOnlyList<BlockInfo> Blocks => _blocks;

    /// <summary>Seals a block that covers the positions <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <exception cref="ArgumentException">Positions out of order, a footer, or a payload over 64 MiB.</exception>
    public void Append(BlockKind kind, ulong first, ulong last, ReadOnlySpan<byte> payload)
    {
        if (kind == BlockKind.Footer)
        {
            throw new ArgumentException("The footer is written by Finish.", nameof(kind));
        }

        AppendAny(kind, first, last, payload);
    }

    /// <summary>Returns once every sealed block is on the disk itself.</summary>
    public void Flush()
    {
        if (_stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            _stream.Flush();
        }
    }

    /// <summary>Writes the table of blocks and the trailer. Nothing can be appended afterwards.</summary>
    public void Finish()
    {
        var footerOffset = _offset;
        AppendAny(BlockKind.Footer, 0, 0, BlockTable.Encode(_blocks));
        var trailer = new byte[RecordingFormat.TrailerLength];
        RecordingFormat.WriteTrailer(trailer, footerOffset);
        Write(trailer);
        _closed = true;
        Flush();
    }

    public void Dispose()
    {
        _closed = true;
        _compressor.Dispose();
        _stream.Dispose();
    }

    private void AppendAny(BlockKind kind, ulong first, ulong last, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, RecordingFormat.MaxUncompressedLength);
        var bound = RecordingFormat.BlockHeaderLength + Compressor.GetCompressBound(payload.Length);
        if (_buffer.Length < bound)
        {
            _buffer = new byte[bound];
        }

        var compressed = _compressor.Wrap(payload, _buffer.AsSpan(RecordingFormat.BlockHeaderLength));
        var header = _buffer.AsSpan(0, RecordingFormat.BlockHeaderLength);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, RecordingFormat.BlockMagic);
        header[4] = (byte)kind;
        header[5] = RecordingFormat.ZstdFlag;
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], compressed);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], first);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], last);
        var hash = new XxHash64();
        hash.Append(header[..RecordingFormat.HashedHeaderLength]);
        hash.Append(_buffer.AsSpan(RecordingFormat.BlockHeaderLength, compressed));
        BinaryPrimitives.WriteUInt64LittleEndian(
            header[RecordingFormat.HashedHeaderLength..], hash.GetCurrentHashAsUInt64());
        var info = new BlockInfo(_offset, kind, first, last, payload.Length, compressed);
        Write(_buffer.AsSpan(0, RecordingFormat.BlockHeaderLength + compressed));
        _blocks.Add(info);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_closed)
        {
            throw new InvalidOperationException("The recording is finished, closed, or an earlier write failed.");
        }

        // Stays set when the write throws: the tail may be torn.
        _closed = true;
        _stream.Write(bytes);
        _stream.Flush();
        _offset += bytes.Length;
        _closed = false;
    }
}
