using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>Inputs of a processor that is not there, and output to nowhere: a board is only looked at.</summary>
/// <param name="interrupts">How many there would be.</param>
/// <param name="names">Those with names of their own.</param>
internal sealed class UnusedInputs(int interrupts, params IReadOnlyList<string> names) : ICpuInputs, IOutputSink
{
    public int InterruptCount => interrupts;

    public void SetInterrupt(int number, bool level)
    {
    }

    public void SetNmi(bool level)
    {
    }

    public void RequestReset()
    {
    }

    public Action<bool>? FindInput(string name) => names.Contains(name) ? _ => { } : null;

    public void Write(string port, byte value)
    {
    }
}
