namespace Reprise.Gdb.Targets;

/// <summary>The ways to move a guest.</summary>
public enum ResumeKind
{
    /// <summary>One instruction forward.</summary>
    Step,

    /// <summary>Forward to the next stop.</summary>
    Continue,

    /// <summary>Forward at least one instruction, and on while the PC is inside the range.</summary>
    StepRange,

    /// <summary>One instruction back.</summary>
    ReverseStep,

    /// <summary>Back to the previous stop.</summary>
    ReverseContinue,
}
