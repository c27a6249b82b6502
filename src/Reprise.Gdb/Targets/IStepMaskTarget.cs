namespace Reprise.Gdb.Targets;

/// <summary>
/// A live target that can hold back interrupts (2) or timers (4) during a single step, as QEMU's <c>sstep</c> does.
/// A replay can't, and offers plain steps (1) only.
/// </summary>
public interface IStepMaskTarget
{
    /// <summary>The bits that may be set now: 1 steps, 2 without interrupts, 4 without timers.</summary>
    int SupportedStepMask { get; }

    int StepMask { get; set; }
}
