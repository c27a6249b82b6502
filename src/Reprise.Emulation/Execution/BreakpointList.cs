using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>Addresses at which a run stops, sorted, and the conditions of some.</summary>
internal sealed class BreakpointList
{
    private readonly List<ulong> _addresses = [];
    private readonly Dictionary<ulong, Func<bool>> _conditions = [];

    public int Count => _addresses.Count;

    public bool HasConditions => _conditions.Count > 0;

    /// <summary>Twice is once, with the last condition.</summary>
    /// <returns>False when there was one already, with a condition or without as this one.</returns>
    public bool Add(ulong address, Func<bool>? condition)
    {
        var wasConditional = _conditions.Remove(address);
        if (condition is not null)
        {
            _conditions.Add(address, condition);
        }

        var index = _addresses.BinarySearch(address);
        if (index < 0)
        {
            _addresses.Insert(~index, address);
        }

        return index < 0 || wasConditional != condition is not null;
    }

    public bool Remove(ulong address)
    {
        _conditions.Remove(address);
        var index = _addresses.BinarySearch(address);
        if (index >= 0)
        {
            _addresses.RemoveAt(index);
        }

        return index >= 0;
    }

    public bool Contains(ulong address) => _addresses.BinarySearch(address) >= 0;

    /// <summary>The condition of a breakpoint; null when it has none, or there is no breakpoint.</summary>
    public Func<bool>? ConditionAt(ulong address) => _conditions.GetValueOrDefault(address);

    /// <summary>Those in a range, ascending; valid until the next change.</summary>
    public ReadOnlySpan<ulong> In(ulong address, uint size)
    {
        var all = CollectionsMarshal.AsSpan(_addresses);
        var first = all.BinarySearch(address);
        first = first < 0 ? ~first : first;
        var count = 0;
        while (first + count < all.Length && all[first + count] - address < size)
        {
            count++;
        }

        return all.Slice(first, count);
    }
}
