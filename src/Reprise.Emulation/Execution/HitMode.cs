namespace Reprise.Emulation.Execution;

/// <summary>What a run does at breakpoints and watchpoints.</summary>
public enum HitMode
{
    /// <summary>Stops before the instruction, except at the position where the run began.</summary>
    Stop,

    /// <summary>Keeps the last of each and goes on: one replay finds the last hit.</summary>
    Note,

    /// <summary>
    /// As <see cref="Note"/>, many times faster where memory near a watchpoint is busy: of accesses to memory it keeps
    /// only the blocks with the first and the last watched one.
    /// </summary>
    Scan,

    /// <summary>Does not look.</summary>
    Ignore,
}
