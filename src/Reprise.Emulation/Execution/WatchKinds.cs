namespace Reprise.Emulation.Execution;

/// <summary>Accesses that a watchpoint looks for.</summary>
[Flags]
public enum WatchKinds
{
    None = 0,
    Read = 1,
    Write = 2,
    Access = Read | Write,
}
