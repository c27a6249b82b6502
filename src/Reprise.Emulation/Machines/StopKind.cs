namespace Reprise.Emulation.Machines;

/// <summary>Why a machine stopped.</summary>
public enum StopKind
{
    /// <summary>The position asked for is reached.</summary>
    LimitReached,

    /// <summary>The PC is a breakpoint's address; its instruction has not run.</summary>
    Breakpoint,

    /// <summary>The PC is outside of <see cref="Execution.ExecutionEngine.Range"/>.</summary>
    LeftRange,

    /// <summary>The instruction at the PC is about to make a watched access; it has not run.</summary>
    Watchpoint,

    /// <summary>
    /// One of <see cref="Machine.AwaitedPorts"/> can take a byte, or somebody wants to look (<see cref="Machine.PauseTime"/>,
    /// <see cref="Execution.ExecutionEngine.EffortLimit"/>).
    /// </summary>
    InputPossible,

    /// <summary>The CPU waits for an interrupt that only input from outside can bring.</summary>
    Sleeping,

    /// <summary>The CPU executes nothing until reset, and nothing will reset it.</summary>
    Halted,

    /// <summary>The guest ended the run (semihosting exit).</summary>
    Exited,

    /// <summary>A semihosting call waits for the host's reply; nothing runs before it comes.</summary>
    HostCall,
}
