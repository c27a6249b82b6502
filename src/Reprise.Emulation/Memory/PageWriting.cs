namespace Reprise.Emulation.Memory;

/// <summary>Hears of a write that no instruction makes itself, before it is made.</summary>
/// <param name="page">Number of the page.</param>
/// <param name="offset">Where in it.</param>
/// <param name="bytes">What comes there.</param>
public delegate void PageWriting(int page, int offset, ReadOnlySpan<byte> bytes);
