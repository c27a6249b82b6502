using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Which exceptions are pending, active and enabled, and how urgent they are (DDI 0403E, B1.5.4 and B3.4).
/// A lower priority value is more urgent. Among pending exceptions the lowest whole priority wins, then the lowest
/// number; but only the group part of a priority (AIRCR.PRIGROUP) decides whether one preempts what runs.
/// The answers asked for all the time are worked out once after a change and kept.
/// </summary>
internal sealed class ExceptionTable
{
    /// <summary>Less urgent than any exception: the priority of a thread with nothing masked.</summary>
    public const int ThreadPriority = 256;

    private readonly bool[] _pending;
    private readonly bool[] _active;
    private readonly bool[] _enabled;
    private readonly bool[] _level;
    private readonly int[] _priority;
    private readonly int _priorityMask;
    private int _priorityGroup;
    private bool _stale;
    private bool _holdsInterrupts;
    private int _firstPending;
    private int _pendingPriority;
    private int _firstHeldOrNot;
    private int _priorityHeldOrNot;
    private int _activePriority;
    private int _activeCount;

    public ExceptionTable(int externalInterrupts, int priorityBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(externalInterrupts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(externalInterrupts, 496);
        ArgumentOutOfRangeException.ThrowIfLessThan(priorityBits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priorityBits, 8);
        Count = ExceptionNumber.External + externalInterrupts;
        _priorityMask = 0xFF & (0xFF << (8 - priorityBits));
        _pending = new bool[Count];
        _active = new bool[Count];
        _enabled = new bool[Count];
        _level = new bool[Count];
        _priority = new int[Count];
        Reset();
    }

    /// <summary>Exception numbers are below this.</summary>
    public int Count { get; }

    /// <summary>Called when an exception becomes pending that was not; SEVONPEND hangs on it (B1.5.18).</summary>
    public Action? BecamePending { get; set; }

    /// <summary>AIRCR.PRIGROUP, 0 to 7: bits PRIGROUP..0 of a priority are its sub-priority (B1.5.4).</summary>
    public int PriorityGroup
    {
        get => _priorityGroup;
        set => (_priorityGroup, _stale) = (value & 7, true);
    }

    /// <summary>
    /// Only what instructions raise themselves, faults and SVC, can be taken; the rest stays pending (a debugger's wish).
    /// </summary>
    public bool HoldsInterrupts
    {
        get => _holdsInterrupts;
        set => (_holdsInterrupts, _stale) = (value, true);
    }

    /// <summary>Number of the pending and enabled exception to be taken next; 0 when there is none.</summary>
    public int FirstPending
    {
        get
        {
            Refresh();
            return _firstPending;
        }
    }

    /// <summary>Group priority of <see cref="FirstPending"/>; <see cref="ThreadPriority"/> without one.</summary>
    public int PendingPriority
    {
        get
        {
            Refresh();
            return _pendingPriority;
        }
    }

    /// <summary>As <see cref="FirstPending"/>, of those that are held too.</summary>
    public int FirstHeldOrNot
    {
        get
        {
            Refresh();
            return _firstHeldOrNot;
        }
    }

    /// <summary>Group priority of <see cref="FirstHeldOrNot"/>.</summary>
    public int PriorityHeldOrNot
    {
        get
        {
            Refresh();
            return _priorityHeldOrNot;
        }
    }

    /// <summary>Group priority of the most urgent active exception; the masks are not in it.</summary>
    public int ActivePriority
    {
        get
        {
            Refresh();
            return _activePriority;
        }
    }

    public int ActiveCount
    {
        get
        {
            Refresh();
            return _activeCount;
        }
    }

    /// <summary>ICSR.ISRPENDING: whether an external interrupt is pending, enabled or not (B3.2.4).</summary>
    public bool AnyExternalPending => _pending.AsSpan(ExceptionNumber.External).Contains(true);

    public bool IsPending(int number) => _pending[number];

    public bool IsActive(int number) => _active[number];

    public bool IsEnabled(int number) => _enabled[number];

    /// <summary>Whole priority: -3 to -1 for Reset, NMI and HardFault, else 0 to 255.</summary>
    public int Priority(int number) => _priority[number];

    public int GroupPriority(int number) => Group(_priority[number]);

    /// <summary>The group part of a priority; fixed priorities have no sub-priority.</summary>
    public int Group(int priority) => priority < 0 ? priority : priority & _priorityMask & ~((2 << _priorityGroup) - 1);

    /// <summary>Whether an implemented bit of BASEPRI is set; with none, it masks nothing (B1.4.3).</summary>
    public bool IsImplemented(int priority) => (priority & _priorityMask) != 0;

    public void Pend(int number)
    {
        _stale = true;
        if (!_pending[number])
        {
            _pending[number] = true;
            BecamePending?.Invoke();
        }
    }

    /// <summary>Clears a pending state; an interrupt with a high line that isn't active pends again (B3.4).</summary>
    public void Unpend(int number)
    {
        _pending[number] = _level[number] && !_active[number];
        _stale = true;
    }

    public void SetEnabled(int number, bool enabled) => (_enabled[number], _stale) = (enabled, true);

    /// <summary>SHCSR can set and clear active bits without entry or return.</summary>
    public void SetActive(int number, bool active) => (_active[number], _stale) = (active, true);

    /// <summary>Sets a configurable priority; bits that aren't implemented stay zero.</summary>
    public void SetPriority(int number, byte priority) =>
        (_priority[number], _stale) = (priority & _priorityMask, true);

    /// <summary>Pending to active.</summary>
    public void Activate(int number)
    {
        _pending[number] = false;
        SetActive(number, true);
    }

    /// <summary>No longer active; an interrupt whose line is still high pends again (B3.4, level-sensitive).</summary>
    public void Deactivate(int number)
    {
        SetActive(number, false);
        if (_level[number])
        {
            Pend(number);
        }
    }

    /// <summary>The level of an external interrupt's wire; a rise pends it, a fall takes nothing back.</summary>
    public void SetLevel(int number, bool level)
    {
        var rising = level && !_level[number];
        _level[number] = level;
        if (rising)
        {
            Pend(number);
        }
    }

    public bool Level(int number) => _level[number];

    /// <summary>Power-on state, all lines low.</summary>
    public void Reset()
    {
        Array.Clear(_pending);
        Array.Clear(_active);
        Array.Clear(_enabled);
        Array.Clear(_level);
        Array.Clear(_priority);
        _priority[ExceptionNumber.Reset] = -3;
        _priority[ExceptionNumber.Nmi] = -2;
        _priority[ExceptionNumber.HardFault] = -1;
        foreach (var number in (ReadOnlySpan<int>)[2, 3, ExceptionNumber.SvCall, 14, 15])
        {
            _enabled[number] = true;
        }

        PriorityGroup = 0;
    }

    public void Save(StateWriter writer)
    {
        writer.Write((byte)_priorityGroup);
        for (var n = ExceptionNumber.Nmi; n < Count; n++)
        {
            var bits = (_pending[n] ? 1 : 0) | (_active[n] ? 2 : 0) | (_enabled[n] ? 4 : 0) | (_level[n] ? 8 : 0);
            writer.Write((byte)bits);
            writer.Write((byte)_priority[n]);
        }
    }

    /// <exception cref="InvalidDataException">A value is out of its range.</exception>
    public void Restore(ref StateReader reader)
    {
        _priorityGroup = Checked("priority group", reader.ReadByte(), 7);
        for (var n = ExceptionNumber.Nmi; n < Count; n++)
        {
            var bits = Checked("exception flags", reader.ReadByte(), 15);
            (_pending[n], _active[n]) = ((bits & 1) != 0, (bits & 2) != 0);
            (_enabled[n], _level[n]) = ((bits & 4) != 0, (bits & 8) != 0);
            var priority = reader.ReadByte();
            _priority[n] = n <= ExceptionNumber.HardFault ? _priority[n] : priority & _priorityMask;
        }

        _stale = true;
    }

    private static int Checked(string what, byte value, int max) =>
        value <= max
            ? value
            : throw new InvalidDataException($"state of the exceptions: {what} {value}, expected at most {max}");

    private void Refresh()
    {
        if (!_stale)
        {
            return;
        }

        _stale = false;
        _firstPending = 0;
        _firstHeldOrNot = 0;
        _activeCount = 0;
        var (pending, all, active) = (ThreadPriority, ThreadPriority, ThreadPriority);
        for (var n = ExceptionNumber.Nmi; n < Count; n++)
        {
            if (_pending[n] && _enabled[n])
            {
                if (_priority[n] < all)
                {
                    (_firstHeldOrNot, all) = (n, _priority[n]);
                }

                if (_priority[n] < pending && (!_holdsInterrupts || ExceptionNumber.IsSynchronous(n)))
                {
                    (_firstPending, pending) = (n, _priority[n]);
                }
            }

            if (_active[n])
            {
                _activeCount++;
                active = Math.Min(active, _priority[n]);
            }
        }

        _pendingPriority = pending == ThreadPriority ? ThreadPriority : Group(pending);
        _priorityHeldOrNot = all == ThreadPriority ? ThreadPriority : Group(all);
        _activePriority = active == ThreadPriority ? ThreadPriority : Group(active);
    }
}
