namespace Reprise.Emulation.Execution;

/// <summary>What an instruction does besides computing, as far as the engine must know.</summary>
public enum InstructionEffect
{
    None,

    /// <summary>Waits for an interrupt (WFI, HLT).</summary>
    Halt,

    /// <summary>May unmask interrupts (CPS, MSR; STI, POPF); ends its translated block.</summary>
    MaskChange,
}
