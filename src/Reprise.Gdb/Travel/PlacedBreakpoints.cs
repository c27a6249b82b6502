using Reprise.Emulation.Execution;
using Reprise.Gdb.Targets;
using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Travel;

/// <summary>
/// What a debugger set, on a traveler that has one breakpoint an address: where several are, any of them that holds
/// stops.
/// </summary>
internal sealed class PlacedBreakpoints(Traveler traveler)
{
    private readonly Dictionary<ulong, List<(BreakpointKind Kind, int Length, Func<bool>? Condition)>> _placed = [];

    private readonly Dictionary<(ulong Address, int Length, WatchKinds Kinds), ulong> _watched = [];

    public WriteResult Insert(BreakpointKind kind, ulong address, int length, Func<bool>? condition)
    {
        if (KindsOf(kind) is var kinds && kinds != WatchKinds.None)
        {
            if (length <= 0)
            {
                return WriteResult.Refused("a watchpoint needs a length");
            }

            if (PhysicalOf(address, length) is not { } physical)
            {
                return WriteResult.Refused($"no {length} bytes of memory together at 0x{address:x} now");
            }

            _watched.Remove((address, length, kinds));
            _watched.Add((address, length, kinds), physical);
            traveler.AddWatchpoint(physical, (ulong)length, kinds);
            return WriteResult.Done;
        }

        if (!_placed.TryGetValue(address, out var here))
        {
            _placed.Add(address, here = []);
        }

        here.Add((kind, length, condition));
        traveler.AddBreakpoint(address, Either(here));
        return WriteResult.Done;
    }

    public WriteResult Remove(BreakpointKind kind, ulong address, int length)
    {
        if (KindsOf(kind) is var kinds && kinds != WatchKinds.None)
        {
            if (_watched.Remove((address, length, kinds), out var physical))
            {
                traveler.RemoveWatchpoint(physical, (ulong)length, kinds);
            }
        }
        else if (_placed.TryGetValue(address, out var here))
        {
            here.RemoveAll(placed => placed.Kind == kind && placed.Length == length);
            if (here.Count > 0)
            {
                traveler.AddBreakpoint(address, Either(here));
                return WriteResult.Done;
            }

            _placed.Remove(address);
            traveler.RemoveBreakpoint(address);
        }

        return WriteResult.Done;
    }

    /// <summary>How a stop at a breakpoint there is told.</summary>
    public DebugStop StopAt(ulong address) =>
        _placed.TryGetValue(address, out var here) && here[0].Kind == BreakpointKind.Hardware
            ? DebugStop.HardwareBreakpoint
            : DebugStop.SoftwareBreakpoint;

    /// <summary>The address of a watched byte as the debugger named it.</summary>
    public ulong NamedAddress(ulong physical)
    {
        foreach (var ((address, length, _), start) in _watched)
        {
            if (physical - start < (ulong)length)
            {
                return address + (physical - start);
            }
        }

        return physical;
    }

    /// <summary>How an access that a watchpoint of these kinds saw is told.</summary>
    public static WatchAccess AccessOf(WatchKinds kinds) => kinds switch
    {
        WatchKinds.Write or WatchKinds.Change => WatchAccess.Write,
        WatchKinds.Read => WatchAccess.Read,
        _ => WatchAccess.Access,
    };

    /// <summary>
    /// Watchpoints are on memory and devices, whatever address it is accessed at: through the guest's page tables as they are now.
    /// </summary>
    private ulong? PhysicalOf(ulong address, int length)
    {
        var machine = traveler.Timeline.Machine;
        if (machine.Processor.Translation is null)
        {
            return address;
        }

        return machine.TryFindPhysical(address, out var first)
            && machine.TryFindPhysical(address + (ulong)length - 1, out var last)
            && last - first == (ulong)length - 1
            && machine.Answers(first)
            ? first
            : null;
    }

    private static Func<bool>? Either(List<(BreakpointKind Kind, int Length, Func<bool>? Condition)> placed)
    {
        var conditions = placed.Select(entry => entry.Condition).ToList();
        return conditions.Contains(null) ? null : () => conditions.Exists(condition => condition!());
    }

    private static WatchKinds KindsOf(BreakpointKind kind) => kind switch
    {
        BreakpointKind.WriteWatch => WatchKinds.Write,
        BreakpointKind.ChangeWatch => WatchKinds.Change,
        BreakpointKind.ReadWatch => WatchKinds.Read,
        BreakpointKind.AccessWatch => WatchKinds.Access,
        _ => WatchKinds.None,
    };
}
