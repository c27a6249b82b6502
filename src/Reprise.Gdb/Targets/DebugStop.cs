namespace Reprise.Gdb.Targets;

/// <summary>Why the guest stands still, as the debugger is told.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Signal">gdb's number: 2 interrupt, 4 illegal instruction, 5 trap, 6 abort, 11 bad memory.</param>
/// <param name="Access">Of a <see cref="StopKind.Watchpoint"/>.</param>
/// <param name="Address">The accessed address inside the watched range, of a <see cref="StopKind.Watchpoint"/>.</param>
/// <param name="ExitCode">Of <see cref="StopKind.Exited"/>; only the low byte reaches gdb.</param>
/// <param name="Call">Of <see cref="StopKind.FileCall"/>: name and arguments as gdb's File-I/O has them.</param>
public readonly record struct DebugStop(
    StopKind Kind,
    int Signal = DebugStop.Trap,
    WatchAccess Access = WatchAccess.Write,
    ulong Address = 0,
    int ExitCode = 0,
    string Call = "")
{
    private const int Interrupt = 2;
    private const int Trap = 5;

    public static DebugStop Step => new(StopKind.Step);

    public static DebugStop SoftwareBreakpoint => new(StopKind.SoftwareBreakpoint);

    public static DebugStop HardwareBreakpoint => new(StopKind.HardwareBreakpoint);

    public static DebugStop ReplayLogBegin => new(StopKind.ReplayLogBegin);

    public static DebugStop ReplayLogEnd => new(StopKind.ReplayLogEnd);

    public static DebugStop Interrupted => new(StopKind.Interrupted, Interrupt);

    public static DebugStop Watchpoint(WatchAccess access, ulong address) =>
        new(StopKind.Watchpoint, Access: access, Address: address);

    public static DebugStop Exited(int code) => new(StopKind.Exited, ExitCode: code);

    public static DebugStop FileCall(string call) => new(StopKind.FileCall, Call: call);

    /// <summary>Stopped by what a Unix program would get as a signal, such as 11 for a bad access.</summary>
    public static DebugStop Signalled(int signal) => new(StopKind.Step, signal);
}
