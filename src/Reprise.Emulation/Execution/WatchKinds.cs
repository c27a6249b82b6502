namespace Reprise.Emulation.Execution;

/// <summary>Accesses that a watchpoint looks for.</summary>
[Flags]
public enum WatchKinds
{
    None = 0,
    Read = 1,
    Write = 2,
    Access = Read | Write,

    /// <summary>
    /// Writes that leave other bytes than there were. What a write to a device changes is not known: each counts.
    /// </summary>
    Change = 4,
}
