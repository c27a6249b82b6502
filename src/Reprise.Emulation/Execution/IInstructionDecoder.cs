using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>What the engine must know of an instruction set: its program counter, how long
/// instructions are and which ones sleep or unmask interrupts.</summary>
public interface IInstructionDecoder
{
    /// <summary>
    /// What <c>uc_emu_start</c> wants for the program counter, in the state the CPU is in: with bit 0 set for Thumb,
    /// without the base of CS on x86.
    /// </summary>
    ulong StartAddress(UnicornEngine unicorn, ulong programCounter);

    /// <summary>False: the CPU is in a state in which every instruction is invalid, and its length is not known.</summary>
    bool CanExecute(UnicornEngine unicorn);

    /// <summary>The address of the next instruction, as the block hook has it: linear, CS included, on x86.</summary>
    ulong ReadProgramCounter(UnicornEngine unicorn);

    /// <summary>An address that no instruction has, for a run that goes on for ever.</summary>
    ulong NeverReached { get; }

    /// <summary>What instructions a block's bytes are, besides the address: the mode of the code segment on x86.</summary>
    uint Mode => 0;

    /// <summary>The instruction set has I/O ports.</summary>
    bool HasPorts => false;

    /// <summary>
    /// Whether the program counter is behind the instruction that raised the exception which has just been reported.
    /// </summary>
    bool IsBehindException => false;

    /// <summary>Whether an instruction, with the registers as they are, writes from the page below into another.</summary>
    /// <param name="instruction">Code that begins with it.</param>
    /// <param name="page">Address of the page above.</param>
    bool WritesOverEdge(ReadOnlySpan<byte> instruction, ulong page) => false;

    /// <summary>A flag says how the next instruction runs, and goes with it (RF): it must run alone.</summary>
    bool RunsNextAlone => false;

    /// <summary>The emulator gives up on the instruction, an invalid one, when it translates it.</summary>
    bool CantBeTranslated(ReadOnlySpan<byte> instruction) => false;

    /// <summary>That instruction has run.</summary>
    void EndRunAlone()
    {
    }

    /// <summary>Length in bytes of the instruction that the code begins with; at least 1, whatever the bytes are.</summary>
    int Length(ReadOnlySpan<byte> code);

    /// <summary>What the instruction does besides computing.</summary>
    InstructionEffect EffectOf(ReadOnlySpan<byte> instruction);

    /// <summary>
    /// Bytes from the first access on that the instruction reads or writes in several accesses; 0 for all others.
    /// </summary>
    int LengthOfAccesses(ReadOnlySpan<byte> instruction);

    /// <summary>
    /// Puts right what Unicorn leaves wrong in the CPU when it works out the PC for a data access's TLB fill.
    /// </summary>
    /// <returns>True when the instruction can't be left in the middle: Unicorn would not stop.</returns>
    bool RepairAfterFill(UnicornEngine unicorn, ReadOnlySpan<byte> instruction);

    /// <summary>In the mode that the processor is in there may be such instructions as <see cref="EarlyJump"/> names.</summary>
    bool JumpsEarly => false;

    /// <summary>
    /// Where in memory an instruction takes the new program counter from, if it sets it before its last access: the fill
    /// for that one sets it back. Size 0: it is no such instruction.
    /// </summary>
    (ulong Address, int Size) EarlyJump(ReadOnlySpan<byte> instruction) => default;

    /// <summary>Sets the program counter to what <see cref="EarlyJump"/> has led to.</summary>
    void SetEarlyJump(uint target)
    {
    }

    /// <summary>
    /// What of the registers follows when the program counter is set to another instruction of the block that runs, to be put
    /// back when that was only for a look (x86: how condition codes are kept).
    /// </summary>
    uint BlockState
    {
        get => 0;
        set { }
    }

    /// <summary>
    /// The alignment without which the instruction that the code begins with always faults, and the emulator does not know
    /// it: 4 of each of its accesses, 16 of its first one alone, or 0 for none.
    /// </summary>
    int AlignmentOf(ReadOnlySpan<byte> code) => 0;

    /// <summary>Whether the instruction changes the register that it has its address from before its second access, its last.</summary>
    bool LosesBase(ReadOnlySpan<byte> code) => false;

    /// <summary>Whether an instruction that loses its base would, with the registers as they are, begin at an address.</summary>
    bool BeginsAt(UnicornEngine unicorn, ReadOnlySpan<byte> instruction, ulong address) => true;

    /// <summary>Puts back the base of an instruction that has lost it.</summary>
    /// <param name="unicorn">The engine, which does not run.</param>
    /// <param name="instruction">Code that begins with it.</param>
    /// <param name="address">Of its second access.</param>
    void RestoreBase(UnicornEngine unicorn, ReadOnlySpan<byte> instruction, ulong address)
    {
    }

    /// <summary>Puts right what is wrong in a state that was saved while the engine ran, and restored when it did not.</summary>
    void RepairAfterRestore()
    {
    }

    /// <summary>
    /// Whether the instruction may be one that others decide about, so that it can be skipped: a code hook does not fire
    /// for it then, and can't stop at it. May say so too often.
    /// </summary>
    bool MayBeSkipped(MemoryMap memory, ulong address) => false;
}
