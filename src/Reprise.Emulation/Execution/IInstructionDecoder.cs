using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>What the engine must know of an instruction set: its program counter, how long
/// instructions are and which ones sleep or unmask interrupts.</summary>
public interface IInstructionDecoder
{
    /// <summary>Bit that <c>uc_emu_start</c> wants in an address, in the state the CPU is in: 1 for Thumb, else 0.</summary>
    ulong AddressFlag(UnicornEngine unicorn);

    /// <summary>False: the CPU is in a state in which every instruction is invalid, and its length is not known.</summary>
    bool CanExecute(UnicornEngine unicorn);

    /// <summary>Unicorn's number of the program counter register.</summary>
    int ProgramCounter { get; }

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
    /// <returns>
    /// True when the instruction can't be left in the middle: Unicorn would not stop, or it would have lost its operands.
    /// </returns>
    bool RepairAfterFill(UnicornEngine unicorn, ReadOnlySpan<byte> instruction);

    /// <summary>
    /// Whether the instruction may be one that others decide about, so that it can be skipped: a code hook does not fire
    /// for it then, and can't stop at it. May say so too often.
    /// </summary>
    bool MayBeSkipped(MemoryMap memory, ulong address) => false;
}
