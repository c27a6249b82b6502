using Reprise.Emulation.Execution;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus;

/// <summary>
/// What belongs to an instruction set: registers, exceptions and sleeping. One folder implements it; nothing else asks
/// which one it is. All members but <see cref="HasPending"/> and <see cref="Deliverable"/> are for between two
/// instructions.
/// </summary>
public interface IProcessor
{
    /// <summary>Name of the model, lower case; what descriptions of it are looked up by.</summary>
    string Name { get; }

    IInstructionDecoder Decoder { get; }

    /// <summary>What denies accesses; null when nothing does.</summary>
    IMemoryProtection? Protection { get; }

    /// <summary>Faults that the guest can enable and the emulator does not find itself; null when there are none.</summary>
    IInstructionTraps? Traps => null;

    /// <summary>Accesses that the guest watches for; null when it can't.</summary>
    IGuestWatch? GuestWatch => null;

    /// <summary>Where the guest's addresses are in memory; null when they are physical.</summary>
    IAddressTranslation? Translation => null;

    /// <summary>Registers that a debugger sees, in the order of its target description.</summary>
    IReadOnlyList<RegisterInfo> Registers { get; }

    ulong ProgramCounter { get; }

    /// <summary>Waits for an interrupt; executes nothing.</summary>
    bool Sleeping { get; }

    /// <summary>Executes nothing until reset (Cortex-M lockup, x86 shutdown); null while it does.</summary>
    string? Halted { get; }

    /// <summary>The guest asked for a reset of the machine.</summary>
    bool ResetRequested { get; }

    /// <summary>An exception is pending and may be masked. False: none can become due without a device's doing.</summary>
    bool HasPending { get; }

    /// <summary>
    /// What code may do hangs on the modes that it changes (privilege, FAULTMASK): a run must end behind every such instruction.
    /// </summary>
    bool FollowsModeChanges { get; }

    /// <summary>The same of every instruction that may change the interrupt masks.</summary>
    bool FollowsMaskChanges => false;

    /// <summary>A write to a device changed what code may do; it counts from the next <see cref="Settle"/> on.</summary>
    bool ModeChanged { get; }

    /// <summary>An exception is pending and would be entered now.</summary>
    bool Deliverable { get; }

    /// <summary>An exception is pending that could be entered behind the next instruction, and not before it.</summary>
    bool WaitsForOneInstruction => false;

    /// <summary>
    /// Interrupts stay pending, though they end a sleep; faults and calls that instructions make are entered as ever. It
    /// is not in what <see cref="Save"/> writes, and no reset changes it.
    /// </summary>
    bool HoldsInterrupts { get; set; }

    /// <summary>Power-on state; reads the reset vector.</summary>
    void Reset();

    /// <summary>Makes the exception of what ended the engine's run; entering it comes with <see cref="Settle"/>.</summary>
    void Handle(EngineExit exit);

    /// <summary>An instruction has sent an event; called while the engine runs.</summary>
    void SendEvent()
    {
    }

    /// <summary>An instruction that is <see cref="InstructionEffect.Announced"/> runs next; called while the engine runs.</summary>
    /// <param name="address">Its address.</param>
    HowItRuns PrepareInstruction(ulong address) => HowItRuns.Plainly;

    /// <summary>An announced instruction has run alone, or raised an exception.</summary>
    void CompleteInstruction()
    {
    }

    /// <summary>An instruction asks what the processor is (CPUID); called while the engine runs.</summary>
    void Identify()
    {
    }

    /// <summary>An instruction reads the time-stamp counter; called while the engine runs, with the time set.</summary>
    /// <param name="withProcessor">It reads the processor's number too (RDTSCP).</param>
    void ReadTimeStamp(bool withProcessor)
    {
    }

    /// <summary>Whether the instruction that runs may access so many I/O ports from one on; called while the engine runs.</summary>
    bool AllowsPort(ushort port, int count) => true;

    /// <summary>An instruction has accessed I/O ports; true when the run must end behind it.</summary>
    bool NotePort(ushort port, int count) => false;

    /// <summary>An instruction calls the system (SYSCALL, SYSENTER); called while the engine runs.</summary>
    /// <param name="isEnter">It is SYSENTER.</param>
    /// <returns>The exception that it raises instead; null for none.</returns>
    uint? CallSystem(bool isEnter) => null;

    /// <summary>Wakes if an interrupt says so, then enters every exception that is due.</summary>
    void Settle();

    /// <summary>Reads a register into as many bytes as it has, little-endian.</summary>
    void ReadRegister(int index, Span<byte> value);

    /// <summary>Writes a register; bits that can't be set are left as they are.</summary>
    void WriteRegister(int index, ReadOnlySpan<byte> value);

    /// <summary>Writes all registers as people read them.</summary>
    void Dump(TextWriter output);

    void Save(StateWriter writer);

    void Restore(ref StateReader reader);
}
