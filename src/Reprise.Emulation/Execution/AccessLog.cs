namespace Reprise.Emulation.Execution;

/// <summary>
/// Accesses that one instruction has made so far. An access that must end the run is done, and then the instruction is
/// abandoned and run again: what it did the first time is answered from here, so that a device sees each access once.
/// Its writes to memory can be taken back, for an instruction that turns out to be one to stop before.
/// </summary>
internal sealed class AccessLog
{
    private readonly List<uint> _values = [];
    private readonly List<(ulong Address, int Size, uint Old)> _overwritten = [];
    private ulong _position = ulong.MaxValue;
    private int _next;

    /// <summary>The engine starts to run again, perhaps in the middle of what the log holds.</summary>
    public void Rewind() => _next = 0;

    /// <summary>Forgets everything: positions are about to be used for another history.</summary>
    public void Clear()
    {
        _values.Clear();
        _overwritten.Clear();
        _position = ulong.MaxValue;
        _next = 0;
    }

    /// <summary>True when the instruction made this access before; then its value.</summary>
    public bool TryReplay(ulong position, out uint value)
    {
        if (position != _position)
        {
            Clear();
            _position = position;
        }

        value = _next < _values.Count ? _values[_next] : 0;
        return _next++ < _values.Count;
    }

    /// <summary>The instruction has made no access yet.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Memory that the instruction has overwritten so far, in that order.</summary>
    public IReadOnlyList<(ulong Address, int Size, uint Old)> Overwritten => _overwritten;

    /// <summary>Notes what a write is about to overwrite.</summary>
    public void AddOverwritten(ulong address, int size, uint old) => _overwritten.Add((address, size, old));

    /// <summary>Notes an access that was just done for the first time.</summary>
    public void Add(uint value) => _values.Add(value);
}
