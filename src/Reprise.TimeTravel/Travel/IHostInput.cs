using Reprise.Emulation.Devices;

namespace Reprise.TimeTravel.Travel;

/// <summary>What comes from outside into a live run: the host's side of the one door (law 3).</summary>
public interface IHostInput
{
    /// <summary>False when nothing can come any more: then a sleeping machine sleeps for ever.</summary>
    bool CanDeliver { get; }

    /// <summary>True when a byte waits for a port, whether or not it can take one now.</summary>
    bool HasByte(IInputPort port);

    /// <summary>A byte for a port that can take one now.</summary>
    bool TryRead(IInputPort port, out byte value);

    /// <summary>Waits until there may be something to read, but not long.</summary>
    void Wait();
}
