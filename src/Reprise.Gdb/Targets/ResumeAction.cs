namespace Reprise.Gdb.Targets;

/// <summary>How to move the guest.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Start">First address of a <see cref="ResumeKind.StepRange"/>.</param>
/// <param name="End">The address behind its last.</param>
public readonly record struct ResumeAction(ResumeKind Kind, ulong Start = 0, ulong End = 0)
{
    public static ResumeAction Step => new(ResumeKind.Step);

    public static ResumeAction Continue => new(ResumeKind.Continue);

    public static ResumeAction ReverseStep => new(ResumeKind.ReverseStep);

    public static ResumeAction ReverseContinue => new(ResumeKind.ReverseContinue);

    public static ResumeAction StepRange(ulong start, ulong end) => new(ResumeKind.StepRange, start, end);
}
