namespace Reprise.TimeTravel.Recording;

/// <summary>The bytes of one page as they stand at a snapshot.</summary>
public readonly record struct ChangedPage(uint Number, ReadOnlyMemory<byte> Bytes);
