namespace Reprise.TimeTravel.Recording;

/// <summary>Where a sealed block lies in the file, and which positions it covers (both ends included).</summary>
public readonly record struct BlockInfo(
    long Offset, BlockKind Kind, ulong First, ulong Last, int UncompressedLength, int CompressedLength);
