using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>The inputs of a Cortex-M.</summary>
/// <param name="exceptions">Takes interrupts.</param>
/// <param name="interrupts">Inputs of the NVIC.</param>
/// <param name="reset">Takes requests for a reset.</param>
internal sealed class CortexMInputs(CortexMExceptions exceptions, int interrupts, Latch reset) : ICpuInputs
{
    public int InterruptCount => interrupts;

    public void SetInterrupt(int number, bool level) => exceptions.SetInterruptLine(number, level);

    public void SetNmi(bool level) => exceptions.SetNmi(level);

    public void RequestReset() => reset.Set();
}
