namespace Reprise.Emulation.Devices;

/// <summary>A device at a serial bus that takes a word and answers one in the same clocks.</summary>
public interface ISpiDevice
{
    /// <summary>Its chip select is active: it listens, and drives the answer.</summary>
    bool IsSelected { get; }

    /// <summary>Exchanges a word, as wide as the controller has it.</summary>
    uint Exchange(uint value);
}
