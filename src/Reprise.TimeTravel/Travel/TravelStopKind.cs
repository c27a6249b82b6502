namespace Reprise.TimeTravel.Travel;

/// <summary>Why a journey ended.</summary>
public enum TravelStopKind
{
    /// <summary>The position asked for is reached.</summary>
    Arrived,

    Breakpoint,

    /// <summary>Forward: the instruction at the PC is about to make the access. Backward: the one before just made it.</summary>
    Watchpoint,

    BeginOfHistory,
    EndOfHistory,
    Interrupted,

    /// <summary>The guest waits for an answer that whoever runs it must find.</summary>
    HostCall,

    /// <summary>The CPU waits for an interrupt that nothing can bring any more.</summary>
    Sleeping,

    /// <summary>The CPU executes nothing until reset.</summary>
    Halted,

    /// <summary>The guest ended the run.</summary>
    Exited,
}
