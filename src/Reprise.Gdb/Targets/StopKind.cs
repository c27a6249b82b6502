namespace Reprise.Gdb.Targets;

/// <summary>Why a guest stands still.</summary>
public enum StopKind
{
    /// <summary>Nothing special: a step is done, or a signal says it all.</summary>
    Step,
    SoftwareBreakpoint,
    HardwareBreakpoint,
    Watchpoint,

    /// <summary>The beginning of history: there is nothing before.</summary>
    ReplayLogBegin,

    /// <summary>The end of what was recorded.</summary>
    ReplayLogEnd,

    /// <summary>The guest is over.</summary>
    Exited,

    /// <summary>The debugger asked.</summary>
    Interrupted,

    /// <summary>The guest waits for the debugger to make a call for it.</summary>
    FileCall,
}
