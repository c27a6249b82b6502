namespace Reprise.Emulation.Machines;

/// <summary>
/// What a debugger holds back while it steps. Both are states of the machine that an input event begins and ends. The numbers
/// are those of the recording.
/// </summary>
[Flags]
public enum StepHolds : byte
{
    None = 0,

    /// <summary>Interrupts stay pending, though they end a sleep.</summary>
    Interrupts = 1,

    /// <summary>
    /// Virtual time stands still, so that no timer fires; only a sleep lets it go on. Afterwards it is what it would be
    /// otherwise, and timers that were due fire.
    /// </summary>
    Time = 2,

    All = Interrupts | Time,
}
