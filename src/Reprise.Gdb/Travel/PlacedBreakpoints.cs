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

    public WriteResult Insert(BreakpointKind kind, ulong address, int length, Func<bool>? condition)
    {
        if (KindsOf(kind) is var kinds && kinds != WatchKinds.None)
        {
            if (length <= 0)
            {
                return WriteResult.Refused("a watchpoint needs a length");
            }

            traveler.AddWatchpoint(address, (ulong)length, kinds);
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
            traveler.RemoveWatchpoint(address, (ulong)length, kinds);
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

    /// <summary>How an access that a watchpoint of these kinds saw is told.</summary>
    public static WatchAccess AccessOf(WatchKinds kinds) => kinds switch
    {
        WatchKinds.Write => WatchAccess.Write,
        WatchKinds.Read => WatchAccess.Read,
        _ => WatchAccess.Access,
    };

    private static Func<bool>? Either(List<(BreakpointKind Kind, int Length, Func<bool>? Condition)> placed)
    {
        var conditions = placed.Select(entry => entry.Condition).ToList();
        return conditions.Contains(null) ? null : () => conditions.Exists(condition => condition!());
    }

    private static WatchKinds KindsOf(BreakpointKind kind) => kind switch
    {
        BreakpointKind.WriteWatch => WatchKinds.Write,
        BreakpointKind.ReadWatch => WatchKinds.Read,
        BreakpointKind.AccessWatch => WatchKinds.Access,
        _ => WatchKinds.None,
    };
}
