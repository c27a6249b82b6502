namespace Reprise.TimeTravel.Snapshots;

/// <summary>The bytes of one RAM page, never changed once made. Trees share pages by reference.</summary>
public sealed class SharedPage
{
    private readonly byte[] _bytes;

    /// <summary>Copies <paramref name="bytes"/>.</summary>
    public SharedPage(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The same bytes, for who keeps them.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    public int Length => _bytes.Length;

    /// <summary>Whether two pages hold the same; null is a page of zeros.</summary>
    public static bool AreEqual(SharedPage? a, SharedPage? b) =>
        ReferenceEquals(a, b)
        || (a is null || b is null ? !(a ?? b)!.Bytes.ContainsAnyExcept((byte)0) : a.Bytes.SequenceEqual(b.Bytes));
}
