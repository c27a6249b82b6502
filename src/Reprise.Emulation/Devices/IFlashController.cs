namespace Reprise.Emulation.Devices;

/// <summary>What decides whether flash can be written.</summary>
public interface IFlashController
{
    /// <summary>A write programs the flash now.</summary>
    bool IsProgramming { get; }
}
