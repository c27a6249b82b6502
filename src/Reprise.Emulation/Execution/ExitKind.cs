namespace Reprise.Emulation.Execution;

/// <summary>Why the engine came back.</summary>
public enum ExitKind
{
    /// <summary>The position asked for is reached.</summary>
    LimitReached,

    /// <summary>The PC is a breakpoint's address; its instruction has not run.</summary>
    Breakpoint,

    /// <summary>The instruction at the PC is about to make a watched access; it has not run.</summary>
    Watchpoint,

    /// <summary>An access to a page that nothing answers; the instruction counts and the PC is on it.</summary>
    MemoryFault,

    /// <summary>The CPU raised an exception of its instruction set (SVC, BKPT, exception return).</summary>
    GuestException,

    /// <summary>The bytes at the PC are no instruction; it counts as one and the PC is on it.</summary>
    InvalidInstruction,

    /// <summary>The instruction at the PC may not access its I/O port; it counts as one, and has accessed nothing.</summary>
    PortDenied,

    /// <summary>The processor is to do the instruction at the PC; it counts as one, and has done nothing.</summary>
    Emulated,

    /// <summary>The CPU waits for an interrupt; the instruction counts and the PC is behind it.</summary>
    Halted,

    /// <summary>The CPU asks for an event; the instruction counts and the PC is behind it.</summary>
    WaitsForEvent,
}
