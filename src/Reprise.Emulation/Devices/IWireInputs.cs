namespace Reprise.Emulation.Devices;

/// <summary>
/// A device with inputs that other devices drive: pins, chip selects. A level that matters later is part of its state.
/// </summary>
public interface IWireInputs
{
    /// <summary>What to call when an input's level changes, or null when there is no such input.</summary>
    Action<bool>? FindInput(string name);
}
