namespace Reprise.Emulation.Execution;

/// <summary>The watchpoints of an engine, by address range.</summary>
internal sealed class WatchpointSet
{
    // Bytes that one instruction can access: 16 registers of a Cortex-M.
    private const ulong LongestInstruction = 64;

    private readonly List<(ulong Address, ulong Length, WatchKinds Kinds)> _ranges = [];

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>Adds a range; the same twice is once (false).</summary>
    public bool Add(ulong address, ulong length, WatchKinds kinds)
    {
        if (_ranges.Contains((address, length, kinds)))
        {
            return false;
        }

        _ranges.Add((address, length, kinds));
        return true;
    }

    public bool Remove(ulong address, ulong length, WatchKinds kinds) => _ranges.Remove((address, length, kinds));

    /// <summary>Makes these the watchpoints of another set.</summary>
    public void CopyFrom(WatchpointSet other)
    {
        _ranges.Clear();
        _ranges.AddRange(other._ranges);
    }

    /// <summary>
    /// True when an instruction that touches the range may touch a watched byte, there or just beside it.
    /// </summary>
    public bool Concerns(ulong address, ulong length) =>
        Overlaps(address - LongestInstruction, length + 2 * LongestInstruction);

    private bool Overlaps(ulong address, ulong length)
    {
        foreach (var range in _ranges)
        {
            if (Overlap(range.Address, range.Length, address, length))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first watchpoint that an access hits.</summary>
    /// <param name="address">First byte that it touches.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="access">What it is.</param>
    /// <param name="position">Of its instruction.</param>
    /// <param name="before">The bytes before a write; empty when they are not known, and may be others.</param>
    /// <param name="after">What is written.</param>
    public WatchHit? Find(
        ulong address,
        int size,
        WatchKinds access,
        ulong position,
        ReadOnlySpan<byte> before = default,
        ReadOnlySpan<byte> after = default)
    {
        if (IsEmpty)
        {
            return null;
        }

        foreach (var range in _ranges)
        {
            if ((range.Kinds & access) == 0 || !Overlap(range.Address, range.Length, address, (ulong)size))
            {
                continue;
            }

            var first = Math.Max(address, range.Address);
            var count = (int)(Math.Min(address + (ulong)size, range.Address + range.Length) - first);
            var isChange = (range.Kinds & access) != WatchKinds.Change || before.IsEmpty
                || !before.Slice((int)(first - address), count).SequenceEqual(after.Slice((int)(first - address), count));
            if (isChange)
            {
                return new WatchHit(position, first, access & WatchKinds.Access, range.Kinds);
            }
        }

        return null;
    }

    private static bool Overlap(ulong first, ulong firstLength, ulong second, ulong secondLength) =>
        first - second < secondLength || second - first < firstLength;
}
