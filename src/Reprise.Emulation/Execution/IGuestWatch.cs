using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Accesses that the guest itself watches for (debug registers). The engine tells each access to memory in a page that it
/// concerns, when it has been made; what comes of it, the processor enters behind the instruction.
/// </summary>
public interface IGuestWatch
{
    /// <summary>Another value whenever more may be watched than before.</summary>
    ulong Regime { get; }

    /// <summary>Whether something in a range of the guest's addresses is watched.</summary>
    bool Concerns(ulong address, ulong length);

    /// <summary>An access was made; true when it is watched, and the run must end behind its instruction.</summary>
    bool Note(ulong address, int size, MemoryAccess access);

    /// <summary>The accesses of this instruction so far have not been made after all.</summary>
    void Forget();
}
