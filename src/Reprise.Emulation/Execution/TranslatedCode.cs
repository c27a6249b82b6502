using System.Globalization;

namespace Reprise.Emulation.Execution;

/// <summary>The buffer in which Unicorn keeps what it has translated, and the lookups of accesses that are in it.</summary>
internal sealed unsafe class TranslatedCode
{
    /// <summary>Bytes before and behind an address of translated code that can be looked at, too.</summary>
    public const int Margin = 64;

    /// <summary>How much code one look goes through where it is not known how long the block is.</summary>
    public const int LongestLook = 64 << 10;

    private const nint SmallestBuffer = 64 << 20;
    private const int PointersOfTranslator = 256;

    /// <summary>The record has the buffer's start and where code comes next, at least.</summary>
    private const int FewestPointers = 2;

    private readonly TlbTables _tlb;
    private bool _isFound;

    /// <param name="tlb">Learns from what is translated.</param>
    /// <param name="translator">
    /// Unicorn's record of what it translates, which has a pointer into the buffer; zero when it is not known. The buffer is found then
    /// when an address in it is.
    /// </param>
    public TranslatedCode(TlbTables tlb, nint translator)
    {
        _tlb = tlb;
        if (translator != 0)
        {
            Find(translator);
        }
    }

    /// <summary>Where the buffer begins; zero while it is not known.</summary>
    public nint Start { get; private set; }

    /// <summary>Where it ends.</summary>
    public nint End { get; private set; }

    /// <summary>Whether an address and those near it are in the buffer.</summary>
    public bool Contains(nint address)
    {
        if (IsInside(address) || _isFound)
        {
            return IsInside(address);
        }

        foreach (var (start, end) in Writable())
        {
            if (address >= start && address < end)
            {
                (Start, End) = (start, end);
                return IsInside(address);
            }
        }

        return false;
    }

    /// <summary>Accesses are looked up as expected.</summary>
    /// <param name="before">Translated code; what stands before it is looked at if need be.</param>
    public bool KnowsLookups(nint before)
    {
        if (!_tlb.AreKnown && Contains(before))
        {
            // SAFETY: the range lies in the buffer.
            var from = Math.Max(Start, before - LongestLook);
            _tlb.Learn(new ReadOnlySpan<byte>((void*)from, (int)(before - from)));
        }

        return _tlb.AreKnown;
    }

    /// <summary>Where the next lookup of an access may begin in the translated code that was written; null when none does.</summary>
    public nint? NextLookup(nint from)
    {
        var end = Math.Min(from + LongestLook, End - Margin);
        if (from >= end)
        {
            return null;
        }

        // SAFETY: the range lies in the buffer.
        var at = _tlb.NextLookup(new ReadOnlySpan<byte>((void*)from, (int)(end - from)));
        return at < 0 ? null : from + at;
    }

    private bool IsInside(nint address) => address >= Start + Margin && address < End - Margin;

    // The host's memory map says where the buffer ends. Where it begins the map may not say: while another thread makes an engine, whose
    // buffer comes to lie below, both are one range, up to the moment at which that one gets a guard page. So the lowest pointer
    // counts.
    private void Find(nint translator)
    {
        var buffers = Writable().Where(range => range.End - range.Start >= SmallestBuffer).ToList();

        // SAFETY: the record is longer than that.
        var pointers = new ReadOnlySpan<nint>((void*)translator, PointersOfTranslator).ToArray();
        foreach (var (start, end) in buffers)
        {
            var inside = pointers.Where(pointer => pointer >= start && pointer < end).ToList();
            if (inside.Count >= FewestPointers)
            {
                (Start, End) = (inside.Min(), end);
                _isFound = true;
                return;
            }
        }
    }

    /// <summary>Memory of this process that code can be written to and run in.</summary>
    private static IEnumerable<(nint Start, nint End)> Writable()
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var fields = line.Split(' ', '-');
            if (fields[2].StartsWith("rwx", StringComparison.Ordinal))
            {
                yield return (ParseHex(fields[0]), ParseHex(fields[1]));
            }
        }
    }

    private static nint ParseHex(string text) => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
