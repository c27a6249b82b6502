using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>
/// The inputs of an x86: <c>intr</c>, the level of the interrupt controller's output; <c>nmi</c>, of which the rise
/// counts; <c>init</c>, too; <c>a20-mask</c>, high while address line 20 is held at zero; <c>reset</c>.
/// </summary>
/// <param name="pins">The processor's pins.</param>
/// <param name="reset">Takes requests for a reset.</param>
internal sealed class X86Inputs(X86Pins pins, Latch reset) : ICpuInputs
{
    public const string Interrupt = "intr";
    public const string Init = "init";
    public const string MaskLine20 = "a20-mask";

    /// <summary>Those with names of their own.</summary>
    public static readonly IReadOnlyList<string> Names = [Interrupt, Init, MaskLine20];

    /// <summary>Devices give vectors; the processor numbers no inputs.</summary>
    public int InterruptCount => 0;

    public void SetInterrupt(int number, bool level)
    {
    }

    public void SetNmi(bool level) => pins.SetNmi(level);

    public void RequestReset() => reset.Set();

    public Action<bool>? FindInput(string name) => name switch
    {
        Interrupt => level => pins.InterruptLevel = level,
        Init => level => pins.InitPending |= level,
        MaskLine20 => level => pins.A20 = !level,
        _ => null,
    };
}
