using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Sessions;

/// <summary>What this connection inserted. A peer may insert twice and remove once; the target never sees it.</summary>
internal sealed class BreakpointSet(IBreakpointTarget? target)
{
    /// <summary>More than any person sets; keeps a mad peer from filling memory.</summary>
    public const int Limit = 4096;

    private readonly HashSet<(BreakpointKind Kind, ulong Address, int Length)> _inserted = [];

    public bool Supported => target is not null;

    public bool Full => _inserted.Count >= Limit;

    public WriteResult Insert(BreakpointKind kind, ulong address, int length)
    {
        if (target is null || _inserted.Contains((kind, address, length)))
        {
            return WriteResult.Done;
        }

        var result = target.Insert(kind, address, length);
        if (result.Succeeded)
        {
            _inserted.Add((kind, address, length));
        }

        return result;
    }

    public WriteResult Remove(BreakpointKind kind, ulong address, int length) =>
        target is not null && _inserted.Remove((kind, address, length))
            ? target.Remove(kind, address, length)
            : WriteResult.Done;

    public void Clear()
    {
        foreach (var (kind, address, length) in _inserted)
        {
            target?.Remove(kind, address, length);
        }

        _inserted.Clear();
    }
}
