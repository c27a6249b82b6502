namespace Reprise.Emulation.Execution;

/// <summary>What an instruction does besides computing, as far as the engine must know.</summary>
public enum InstructionEffect : byte
{
    None,

    /// <summary>Waits for an interrupt (WFI, HLT).</summary>
    Halt,

    /// <summary>Waits for an event, or takes one that has come (WFE); ends its translated block.</summary>
    WaitForEvent,

    /// <summary>Sends an event to the CPU itself (SEV).</summary>
    SendEvent,

    /// <summary>
    /// The processor wants to hear of it before it runs, and says how it does (x86: what reads flags that are kept elsewhere,
    /// MSRs; Cortex-M: what may set bits of a stack pointer that are always zero).
    /// </summary>
    Announced,

    /// <summary>
    /// The same, and no other instruction with a hook may come before it in its block: behind one it runs alone (x86: what Unicorn
    /// takes flags for from its record, though its block may keep newer ones that only the first hook has put there).
    /// </summary>
    AnnouncedFirst,

    /// <summary>Both: announced before, and may unmask interrupts (x86: IRET, which may switch tasks).</summary>
    AnnouncedMaskChange,

    /// <summary>The processor does it, and not Unicorn: the run ends before it, and it counts.</summary>
    Emulated,

    /// <summary>May unmask interrupts (CPS, MSR; STI, POPF); ends its translated block.</summary>
    MaskChange,

    /// <summary>The same, and may change what code is allowed to do (CPS f, MSR of CONTROL and FAULTMASK).</summary>
    ModeChange,
}
