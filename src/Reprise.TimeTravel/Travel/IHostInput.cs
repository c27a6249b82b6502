using Reprise.Emulation.Devices;

namespace Reprise.TimeTravel.Travel;

/// <summary>What comes from outside into a live run: the host's side of the one door (law 3).</summary>
public interface IHostInput
{
    /// <summary>False when nothing can come any more: then a sleeping machine sleeps for ever.</summary>
    bool CanDeliver { get; }

    /// <summary>
    /// First position behind this one at which planned input comes: a run stops there to take it. A machine that sleeps
    /// for good gets it at once. <see cref="ulong.MaxValue"/> when nothing is planned.
    /// </summary>
    ulong NextPosition(ulong position) => ulong.MaxValue;

    /// <summary>True when a byte waits for a port, whether or not it can take one now.</summary>
    /// <param name="port">The port.</param>
    /// <param name="position">What is planned for later does not count.</param>
    bool HasByte(IInputPort port, ulong position);

    /// <summary>A byte for a port that can take one now.</summary>
    /// <param name="port">The port.</param>
    /// <param name="position">What is planned for later stays.</param>
    /// <param name="value">The byte.</param>
    bool TryRead(IInputPort port, ulong position, out byte value);

    /// <summary>Waits until there may be something to read, but not long.</summary>
    void Wait();
}
