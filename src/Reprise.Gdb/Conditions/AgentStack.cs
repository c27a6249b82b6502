namespace Reprise.Gdb.Conditions;

/// <summary>The operand stack of an expression: of bounded depth, and it survives what the code does to it.</summary>
internal ref struct AgentStack(Span<long> slots)
{
    /// <summary>More than gdb's compiler needs for any expression that people write.</summary>
    public const int Depth = 64;

    private readonly Span<long> _slots = slots;
    private int _count;

    /// <summary>It was popped while empty, or pushed while full: the rest is meaningless.</summary>
    public bool Broken { get; private set; }

    public void Push(long value)
    {
        if (_count == _slots.Length)
        {
            Broken = true;
            return;
        }

        _slots[_count++] = value;
    }

    public void Push(bool value) => Push(value ? 1 : 0);

    public long Pop()
    {
        if (_count == 0)
        {
            Broken = true;
            return 0;
        }

        return _slots[--_count];
    }

    /// <summary>Pushes a copy of the value so far below the top.</summary>
    public void Pick(int below)
    {
        if (below >= _count)
        {
            Broken = true;
            return;
        }

        Push(_slots[_count - 1 - below]);
    }
}
