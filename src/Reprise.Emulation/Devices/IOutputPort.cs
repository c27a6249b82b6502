namespace Reprise.Emulation.Devices;

/// <summary>A device that only sends: what it writes to the <see cref="IOutputSink"/> has its name.</summary>
public interface IOutputPort
{
    /// <summary>Name on its board, unique there.</summary>
    string Name { get; }
}
