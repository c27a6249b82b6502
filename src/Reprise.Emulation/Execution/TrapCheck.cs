namespace Reprise.Emulation.Execution;

/// <summary>How the engine asks whether an instruction traps.</summary>
public enum TrapCheck
{
    /// <summary>It never does.</summary>
    None,

    /// <summary>Just before it runs, in the middle of its block.</summary>
    InPlace,

    /// <summary>Just before its first access, behind what it checks before that.</summary>
    Access,

    /// <summary>The run stops before it and it runs alone: slow, and for those that can't be stopped at in place.</summary>
    Alone,
}
