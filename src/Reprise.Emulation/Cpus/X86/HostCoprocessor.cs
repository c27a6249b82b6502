using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Does one instruction of x87 arithmetic on the host, an x86-64 itself, with the guest's masks: its own FSAVE says what became
/// of the registers. Exceptions come with the next instruction that waits, and none does here.
/// </summary>
internal sealed unsafe class HostCoprocessor
{
    private readonly HostStubs<(byte Opcode, byte ModRm)> _stubs = new();

    /// <param name="opcode">Opcode and ModR/M of one that <see cref="CoprocessorInstructions.IsArithmetic"/>.</param>
    /// <param name="image">
    /// The registers, with no flag set that is not masked, and the operand; what became of them afterwards.
    /// </param>
    public void Do(ReadOnlySpan<byte> opcode, ref CoprocessorImage image)
    {
        const byte atRsi = 6;
        var modRm = opcode[1] < CoprocessorInstructions.RegisterForms
            ? (byte)(CoprocessorInstructions.Field(opcode[1]) << 3 | atRsi)
            : opcode[1];
        var key = (opcode[0], modRm);
        var stub = _stubs.Get(key, key, Assemble);

        // SAFETY: the stub reads and writes the image only, and leaves the host's control word as it was and its registers empty.
        fixed (CoprocessorImage* place = &image)
        {
            ((delegate* unmanaged<CoprocessorImage*, void>)stub)(place);
        }
    }

    private static void Assemble(Assembler code, (byte Opcode, byte ModRm) instruction)
    {
        var saved = rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Saved));
        code.fnstcw(__word_ptr[saved]);
        code.lea(rsi, __[rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Memory))]);
        code.frstor(__[rdi]);
        code.push(__qword_ptr[rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Flags))]);
        code.popfq();
        code.db(instruction.Opcode, instruction.ModRm);
        code.fnsave(__[rdi]);
        code.fldcw(__word_ptr[saved]);
        code.ret();
    }
}
