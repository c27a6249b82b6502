namespace Reprise.Emulation.Execution;

/// <summary>
/// Accesses that one instruction has made so far. An access that must end the run is done, and then the instruction is
/// abandoned and run again: what it did the first time is answered from here, so that a device sees each access once.
/// Its writes to memory are taken back before it runs again, since it may read there from memory that needs no access here
/// (XCHG of an entry of a page table), and are made again; and for an instruction that turns out to be one to stop before.
/// </summary>
internal sealed class AccessLog
{
    private readonly List<uint> _values = [];
    private readonly List<(ulong Address, int Size, uint Old)> _overwritten = [];
    private readonly List<(ulong Address, int Size, uint Old)> _written = [];
    private ulong _position = ulong.MaxValue;
    private int _next;

    /// <summary>The engine starts to run again, perhaps in the middle of what the log holds.</summary>
    /// <returns>What the instruction at the position has written, which is to be taken back: it comes again.</returns>
    public IReadOnlyList<(ulong Address, int Size, uint Old)> Rewind(ulong position)
    {
        _next = 0;
        return position == _position ? _written : [];
    }

    /// <summary>Forgets everything: positions are about to be used for another history.</summary>
    public void Clear()
    {
        _values.Clear();
        _overwritten.Clear();
        _written.Clear();
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

    /// <summary>The instruction at a position is the one whose accesses are held.</summary>
    public bool IsOf(ulong position) => position == _position;

    /// <summary>The instruction has made no access yet.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Memory that the instruction has overwritten so far, in that order.</summary>
    public IReadOnlyList<(ulong Address, int Size, uint Old)> Overwritten => _overwritten;

    /// <summary>Notes what is about to be overwritten for the instruction: accessed and dirty bits.</summary>
    public void AddOverwritten(ulong address, int size, uint old) => _overwritten.Add((address, size, old));

    /// <summary>Notes what a write of the instruction itself is about to overwrite.</summary>
    public void AddWritten(ulong address, int size, uint old)
    {
        AddOverwritten(address, size, old);
        _written.Add((address, size, old));
    }

    /// <summary>Notes an access that was just done for the first time.</summary>
    public void Add(uint value) => _values.Add(value);
}
