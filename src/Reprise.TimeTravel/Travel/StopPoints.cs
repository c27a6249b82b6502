using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.TimeTravel.Travel;

/// <summary>The breakpoints and watchpoints of a machine, and the conditions of the former.</summary>
/// <param name="machine">The machine that they are set on too.</param>
internal sealed class StopPoints(Machine machine)
{
    private readonly List<ulong> _breakpoints = [];
    private readonly Dictionary<ulong, Func<bool>> _conditions = [];
    private readonly List<(ulong Address, ulong Length, WatchKinds Kinds)> _watchpoints = [];

    public IReadOnlyList<ulong> Breakpoints => _breakpoints;

    public IReadOnlyList<(ulong Address, ulong Length, WatchKinds Kinds)> Watchpoints => _watchpoints;

    /// <summary>Twice is once, with the last condition.</summary>
    public void AddBreakpoint(ulong address, Func<bool>? condition)
    {
        _conditions.Remove(address);
        if (condition is not null)
        {
            _conditions.Add(address, condition);
        }

        if (!_breakpoints.Contains(address))
        {
            _breakpoints.Add(address);
        }

        machine.Engine.AddBreakpoint(address, condition);
    }

    public bool RemoveBreakpoint(ulong address)
    {
        _conditions.Remove(address);
        machine.Engine.RemoveBreakpoint(address);
        return _breakpoints.Remove(address);
    }

    /// <summary>Twice is once.</summary>
    public void AddWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        if (!_watchpoints.Contains((address, length, kinds)))
        {
            _watchpoints.Add((address, length, kinds));
            machine.Engine.AddWatchpoint(address, length, kinds);
        }
    }

    public bool RemoveWatchpoint(ulong address, ulong length, WatchKinds kinds)
    {
        machine.Engine.RemoveWatchpoint(address, length, kinds);
        return _watchpoints.Remove((address, length, kinds));
    }

    /// <summary>Moves with other breakpoints and watchpoints than those that are set.</summary>
    public TravelStop Alone(Action set, Func<TravelStop> move)
    {
        var breakpoints = _breakpoints.Select(address => (address, _conditions.GetValueOrDefault(address))).ToList();
        var watchpoints = _watchpoints.ToList();
        Clear();
        try
        {
            set();
            return move();
        }
        finally
        {
            Clear();
            breakpoints.ForEach(entry => AddBreakpoint(entry.address, entry.Item2));
            watchpoints.ForEach(entry => AddWatchpoint(entry.Address, entry.Length, entry.Kinds));
        }
    }

    private void Clear()
    {
        _breakpoints.ToList().ForEach(address => RemoveBreakpoint(address));
        _watchpoints.ToList().ForEach(entry => RemoveWatchpoint(entry.Address, entry.Length, entry.Kinds));
    }
}
