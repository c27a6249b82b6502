namespace Reprise.Emulation.Cpus.X86;

/// <summary>What of its local APIC an x86 reaches by instructions and not by addresses (SDM volume 3, chapter 11).</summary>
public interface ILocalApic : IInterruptAcknowledge
{
    /// <summary>
    /// IA32_APIC_BASE: where it is, whether it is enabled, and that this processor booted (11.4.4). Reserved bits are not
    /// written.
    /// </summary>
    ulong BaseRegister { get; set; }

    /// <summary>It is enabled in <see cref="BaseRegister"/>.</summary>
    bool IsEnabled { get; }

    /// <summary>CR8: the upper half of the task priority, 0 to 15 (11.8.6).</summary>
    byte TaskPriorityClass { get; set; }
}
