namespace Reprise.Emulation.Cpus;

/// <summary>An exception as its controller has it at this position.</summary>
/// <param name="Number">The architecture's number.</param>
/// <param name="Name">The manual's name, or <c>IRQ</c> and its input.</param>
/// <param name="Priority">The architecture's value; on Cortex-M lower is more urgent.</param>
/// <param name="Enabled">It can be entered.</param>
/// <param name="Pending">It waits to be entered.</param>
/// <param name="Active">Its handler runs, or was preempted.</param>
public readonly record struct InterruptState(
    int Number, string Name, int Priority, bool Enabled, bool Pending, bool Active);
