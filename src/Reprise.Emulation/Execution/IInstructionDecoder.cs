namespace Reprise.Emulation.Execution;

/// <summary>What the engine must know of an instruction set: its program counter, how long
/// instructions are and which one sleeps.</summary>
public interface IInstructionDecoder
{
    /// <summary>Bit that <c>uc_emu_start</c> wants in an address: 1 for Thumb, else 0.</summary>
    ulong AddressFlag { get; }

    /// <summary>Unicorn's number of the program counter register.</summary>
    int ProgramCounter { get; }

    /// <summary>Length in bytes of the instruction that the code begins with; at least 1, whatever the bytes are.</summary>
    int Length(ReadOnlySpan<byte> code);

    /// <summary>True for an instruction after which the CPU waits for an interrupt (WFI, HLT).</summary>
    bool IsHalt(ReadOnlySpan<byte> instruction);
}
