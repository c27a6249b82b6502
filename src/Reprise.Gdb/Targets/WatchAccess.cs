namespace Reprise.Gdb.Targets;

/// <summary>The watchpoint sort that was hit, named in the stop reply as gdb set it.</summary>
public enum WatchAccess
{
    Write,
    Read,

    /// <summary>A watchpoint for both, whichever the access was.</summary>
    Access,
}
