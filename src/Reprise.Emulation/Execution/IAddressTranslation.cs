using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Where the guest's addresses are in physical memory: an MMU that walks tables in that memory. The engine asks when it
/// fills its TLB. What a table says counts at once: pages with tables are told to the engine, which lets no write to one
/// go by. That is a TLB that forgets everything in time, as the architectures allow, and it can't depend on when a run
/// was stopped.
/// </summary>
public interface IAddressTranslation
{
    /// <summary>Another value whenever an answer may have changed, other than by a write to a table.</summary>
    ulong Regime { get; }

    /// <summary>Which of Unicorn's TLBs the instruction that runs uses; they are filled apart.</summary>
    uint Privilege { get; }

    /// <summary>
    /// What answers hang on, beside tables: they are good again as long as all of these are as they were, together with
    /// <see cref="PrivilegeWord"/>. At most <see cref="CounterState.MostFillWords"/>.
    /// </summary>
    IReadOnlyList<StateWord> AnswersHangOn { get; }

    /// <summary>The privilege of the instruction that runs, in bits 0 to 7.</summary>
    StateWord PrivilegeWord { get; }

    /// <summary>The instruction that runs may access an address for the processor itself, with other rights than its own.</summary>
    bool IsSystemAccess(ulong address);

    /// <summary>Where an address is, whatever its rights; looking changes nothing.</summary>
    bool TryLook(ulong address, out ulong physical);

    /// <summary>Whether the instruction that runs may make an access, where it goes, and what else the page allows.</summary>
    /// <param name="address">Any address in the page.</param>
    /// <param name="access">The access.</param>
    /// <param name="physical">Where it is.</param>
    /// <param name="rights">
    /// Rights that accesses may use without asking again; not those that would have to be noted in a table first.
    /// </param>
    bool TryAccess(ulong address, MemoryAccess access, out ulong physical, out PagePermissions rights);

    /// <summary>Notes in the tables that an access was made. What is overwritten is told first.</summary>
    void Note(ulong address, MemoryAccess access, Action<ulong, int, uint> overwriting);

    /// <summary>Whether a page of memory holds tables that answers of this regime came from.</summary>
    bool IsTable(int page);

    /// <summary>
    /// Whether an entry of a table leads anywhere: what does not was never answered from, so that writing to it makes no
    /// earlier answer wrong.
    /// </summary>
    /// <param name="physical">An address in the entry.</param>
    /// <param name="entry">The address of its first byte.</param>
    bool IsPresent(ulong physical, out ulong entry);

    /// <summary>A page that has become a table since this was last asked; false when there is no more.</summary>
    bool TryTakeNewTable(out int page);

    /// <summary>A table, or what memory answers where, may have changed.</summary>
    void Forget();
}
