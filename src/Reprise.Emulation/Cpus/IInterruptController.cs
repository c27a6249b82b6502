namespace Reprise.Emulation.Cpus;

/// <summary>A processor that tells about its exceptions.</summary>
public interface IInterruptController
{
    /// <summary>All there are, by number.</summary>
    IEnumerable<InterruptState> Interrupts { get; }
}
