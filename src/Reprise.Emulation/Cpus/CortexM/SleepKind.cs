namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>What a processor that executes nothing waits for.</summary>
internal enum SleepKind : byte
{
    /// <summary>It is awake.</summary>
    None,

    /// <summary>For an exception that would preempt if PRIMASK were zero: WFI, or sleep on exit (B1.5.19).</summary>
    ForInterrupt,

    /// <summary>For the event register: WFE (B1.5.18).</summary>
    ForEvent,
}
