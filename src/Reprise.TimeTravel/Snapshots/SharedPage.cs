namespace Reprise.TimeTravel.Snapshots;

/// <summary>The bytes of one RAM page, never changed once made: in memory, or where they are read from. Trees share pages by reference.</summary>
public sealed class SharedPage
{
    /// <summary>Bytes that one costs whose own are elsewhere, with its part of a tree.</summary>
    private const int CostOfStored = 192;

    private readonly byte[]? _bytes;
    private readonly IPageSource? _source;
    private readonly int _offset;

    /// <summary>Copies <paramref name="bytes"/>.</summary>
    public SharedPage(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        Length = _bytes.Length;
    }

    /// <summary>A page that stays where it is.</summary>
    public SharedPage(IPageSource source, int offset, int length)
    {
        _source = source;
        _offset = offset;
        Length = length;
    }

    public ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>The same bytes, for who keeps them.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes ?? _source!.Read().Slice(_offset, Length);

    public int Length { get; }

    /// <summary>It is not in memory, but where it is read from.</summary>
    public bool IsStored => _source is not null;

    /// <summary>Bytes of memory that it takes.</summary>
    public int HeldBytes => IsStored ? CostOfStored : Length;

    /// <summary>Where it is read from: pages that are looked at in this order are found together.</summary>
    public (long Source, int Offset) Order => _source is null ? (-1, 0) : (_source.Order, _offset);

    /// <summary>Whether two pages hold the same; null is a page of zeros.</summary>
    public static bool AreEqual(SharedPage? a, SharedPage? b) =>
        ReferenceEquals(a, b)
        || (a is null || b is null ? !(a ?? b)!.Bytes.ContainsAnyExcept((byte)0) : a.Bytes.SequenceEqual(b.Bytes));
}
