namespace Reprise.Emulation.Cpus;

/// <summary>
/// A device that gives an x86 the vectors of its interrupts: a PIC or a local APIC. The level of its output is a wire to
/// <c>intr</c>; when the processor takes the interrupt it asks which one it is. Of several, the last one on the board is
/// asked: an APIC that passes a PIC's interrupts on stands behind it, and asks it in turn.
/// </summary>
public interface IInterruptAcknowledge
{
    /// <summary>The interrupt acknowledge cycle: the vector, of an interrupt that is in service from now on.</summary>
    byte Acknowledge();
}
