namespace Reprise.TimeTravel.Snapshots;

/// <summary>The bytes of one RAM page, never changed once made. Trees share pages by reference.</summary>
public sealed class SharedPage
{
    private readonly byte[] _bytes;

    /// <summary>Copies <paramref name="bytes"/>.</summary>
    public SharedPage(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    public ReadOnlySpan<byte> Bytes => _bytes;

    public int Length => _bytes.Length;
}
