namespace Reprise.Emulation.Execution;

/// <summary>
/// Faults that hang on the values in registers, where the emulator would go on: a division by zero, an unaligned access.
/// While none is enabled nothing is asked but <see cref="Enabled"/>, once a run.
/// </summary>
public interface IInstructionTraps
{
    /// <summary>
    /// Set by the engine: the faults of instructions that always need an alignment
    /// (<see cref="IInstructionDecoder.AlignmentOf"/>) are to be found here too.
    /// </summary>
    bool FindsMisalignment
    {
        get => true;
        set { }
    }

    /// <summary>A number for each set of traps that the guest can enable; 0 for none.</summary>
    uint Enabled { get; }

    /// <summary>How to ask about the instruction at an address, with the traps that are enabled now.</summary>
    TrapCheck CheckOf(ulong address);

    /// <summary>
    /// The exception, as in <see cref="EngineExit.Number"/>, that the instruction is about to raise; null for none.
    /// </summary>
    /// <param name="address">Address of the instruction.</param>
    /// <param name="isBetween">
    /// Asked between two instructions: it may turn out to be a skipped one. Else it is known to run.
    /// </param>
    uint? Find(ulong address, bool isBetween);

    /// <summary>
    /// The instruction, which is asked about <see cref="TrapCheck.InPlace"/>, is for now as one that is
    /// <see cref="InstructionEffect.Announced"/>.
    /// </summary>
    bool Announces(ulong address) => false;

    /// <summary>
    /// An instruction, at the program counter, has raised an exception of the emulator's. True: that was to say that something
    /// had to be done first; it is done, and the instruction runs now.
    /// </summary>
    bool TryResolve(uint exception) => false;

    /// <summary>
    /// An instruction, at the program counter, has raised an exception of the emulator's for an alignment that it was asked for
    /// in vain: its access is aligned as well as it needs (<see cref="IInstructionDecoder.AlignmentOf"/>).
    /// </summary>
    bool IsAlignedEnough(uint exception) => false;
}
