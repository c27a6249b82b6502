using Reprise.Gdb.Conditions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Sessions;

/// <summary>
/// What this connection inserted. A peer may insert twice and remove once; the target never sees it. Inserting again
/// with other conditions replaces them: that is how gdb changes a condition.
/// </summary>
internal sealed class BreakpointSet(IDebugTarget target)
{
    /// <summary>More than any person sets; keeps a mad peer from filling memory.</summary>
    public const int Limit = 4096;

    /// <summary>Bytes of all conditions, likewise.</summary>
    private const int ConditionLimit = 1 << 20;

    private readonly IBreakpointTarget? _target = target as IBreakpointTarget;
    private readonly Dictionary<(BreakpointKind Kind, ulong Address, int Length), BreakpointConditions> _inserted = [];
    private int _conditionSize;

    public bool Supported => _target is not null;

    public bool HasRoomFor(BreakpointConditions conditions) =>
        _inserted.Count < Limit && _conditionSize + conditions.Size <= ConditionLimit;

    public WriteResult Insert(BreakpointKind kind, ulong address, int length, BreakpointConditions conditions)
    {
        if (_target is null)
        {
            return WriteResult.Done;
        }

        if (_inserted.TryGetValue((kind, address, length), out var known))
        {
            if (known.Equals(conditions))
            {
                return WriteResult.Done;
            }

            Remove(kind, address, length);
        }

        var result = _target.Insert(kind, address, length, conditions.On(target));
        if (result.Succeeded)
        {
            _inserted.Add((kind, address, length), conditions);
            _conditionSize += conditions.Size;
        }

        return result;
    }

    public WriteResult Remove(BreakpointKind kind, ulong address, int length)
    {
        if (_target is null || !_inserted.Remove((kind, address, length), out var conditions))
        {
            return WriteResult.Done;
        }

        _conditionSize -= conditions.Size;
        return _target.Remove(kind, address, length);
    }

    public void Clear()
    {
        foreach (var (kind, address, length) in _inserted.Keys)
        {
            _target?.Remove(kind, address, length);
        }

        _inserted.Clear();
        _conditionSize = 0;
    }
}
