namespace Reprise.Emulation.Boards;

/// <summary>Where the wires of a board's devices end that do not end at another device.</summary>
public interface ICpuInputs
{
    /// <summary>Interrupt inputs, numbered from 0.</summary>
    int InterruptCount { get; }

    void SetInterrupt(int number, bool level);

    void SetNmi(bool level);

    /// <summary>Asks for a reset of the machine.</summary>
    void RequestReset();

    /// <summary>Another input by the name that board files have for it, or null.</summary>
    Action<bool>? FindInput(string name) => null;
}
