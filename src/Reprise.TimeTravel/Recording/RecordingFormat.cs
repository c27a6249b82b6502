using System.Buffers.Binary;
using System.IO.Hashing;

namespace Reprise.TimeTravel.Recording;

/// <summary>What docs/recording-format.md fixes: constants and fixed-size structures. Little-endian.</summary>
public static class RecordingFormat
{
    /// <summary>What is written.</summary>
    public const uint Version = 5;

    /// <summary>The oldest that is read: it had no branches, version 2 no board files, version 3 no steps that
    /// hold interrupts, and version 4 none that hold time.</summary>
    public const uint OldestVersion = 1;

    /// <summary>Limit of a block's payload before compression: all that a hostile file can make us allocate.</summary>
    public const int MaxUncompressedLength = 64 << 20;

    internal const int FileHeaderLength = 16;
    internal const int BlockHeaderLength = 40;
    internal const int TrailerLength = 24;
    internal const uint BlockMagic = 0x4B4C4252; // "RBLK"
    internal const byte ZstdFlag = 1;

    /// <summary>Bytes of a block header that its hash covers; the hash itself follows them.</summary>
    internal const int HashedHeaderLength = 32;

    /// <summary>Zstd's own worst case (ZSTD_compressBound) is below 1/128 more than the input.</summary>
    internal const int MaxCompressedLength = MaxUncompressedLength + (MaxUncompressedLength >> 7);

    internal static ReadOnlySpan<byte> FileMagic => "REPRISE\n"u8;

    internal static ReadOnlySpan<byte> TrailerMagic => "ESIRPER\n"u8;

    internal static void WriteFileHeader(Span<byte> target)
    {
        FileMagic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], (uint)XxHash64.HashToUInt64(target[..12]));
    }

    internal static void WriteTrailer(Span<byte> target, long footerOffset)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, footerOffset);
        TrailerMagic.CopyTo(target[8..]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], XxHash64.HashToUInt64(target[..16]));
    }

    internal static bool IsTrailer(ReadOnlySpan<byte> bytes) =>
        bytes.Length == TrailerLength && bytes[8..16].SequenceEqual(TrailerMagic)
        && BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) == XxHash64.HashToUInt64(bytes[..16]);
}
