namespace Reprise.Emulation.Execution;

/// <summary>What a run does at a breakpoint.</summary>
public enum HitMode
{
    /// <summary>Stops before the instruction, except at the position where the run began.</summary>
    Stop,

    /// <summary>Keeps the position in <see cref="ExecutionEngine.LastHit"/> and goes on: one replay finds the last hit.</summary>
    Note,
}
