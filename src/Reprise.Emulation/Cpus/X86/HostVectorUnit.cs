using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Does one instruction of SSE arithmetic on the host, an x86-64 itself, for the exceptions that come of it: the standard for
/// floating-point arithmetic leaves no processor a choice there (SDM volume 1, 4.9 and 11.5), so that every host answers the same.
/// </summary>
internal sealed unsafe class HostVectorUnit
{
    private readonly HostStubs<(Code Code, byte Immediate)> _stubs = new();

    /// <summary>Does an instruction that <see cref="VectorInstructions.IsArithmetic(in Instruction)"/>, with all exceptions masked.</summary>
    /// <param name="instruction">Which one; where its operands are does not count.</param>
    /// <param name="operands">Its operands; its results afterwards, but for what goes to general and MMX registers.</param>
    public void Do(in Instruction instruction, ref VectorOperands operands)
    {
        var key = (instruction.Code, instruction.OpCount > 2 ? instruction.Immediate8 : (byte)0);
        var stub = _stubs.Get(key, instruction, Assemble);
        operands.Control |= FloatingExceptions.VectorMasks;

        // SAFETY: the stub reads and writes the operands only, leaves the host's MXCSR as it was and no MMX register in use.
        fixed (VectorOperands* place = &operands)
        {
            ((delegate* unmanaged<VectorOperands*, void>)stub)(place);
        }
    }

    private static void Assemble(Assembler code, Instruction instruction)
    {
        var destination = __[rdi + (int)Marshal.OffsetOf<VectorOperands>(nameof(VectorOperands.Destination))];
        var source = __[rdi + (int)Marshal.OffsetOf<VectorOperands>(nameof(VectorOperands.Source))];
        var control = __dword_ptr[rdi + (int)Marshal.OffsetOf<VectorOperands>(nameof(VectorOperands.Control))];
        var saved = __dword_ptr[rdi + (int)Marshal.OffsetOf<VectorOperands>(nameof(VectorOperands.Saved))];
        var isMultimedia = VectorInstructions.IsMultimedia(instruction);
        code.stmxcsr(saved);
        code.ldmxcsr(control);
        code.movups(xmm0, destination);
        code.movups(xmm1, source);
        code.mov(rcx, source);
        if (isMultimedia)
        {
            code.movq(mm1, source);
        }

        var first = Place(instruction.Op0Register, 0);
        var second = Place(VectorInstructions.SourceClass(instruction), 1);
        code.AddInstruction(instruction.OpCount > 2
            ? Instruction.Create(instruction.Code, first, second, (uint)instruction.Immediate8)
            : Instruction.Create(instruction.Code, first, second));
        code.movups(destination, xmm0);
        code.stmxcsr(control);
        code.ldmxcsr(saved);
        if (isMultimedia)
        {
            code.emms();
        }

        code.ret();
    }

    /// <summary>The register of the same kind that a stub uses.</summary>
    private static Register Place(Register register, int number) =>
        register.IsXMM() ? Register.XMM0 + number
        : register.IsMM() ? Register.MM0 + number
        : register.GetSize() == sizeof(ulong) ? Register.RAX + number
        : Register.EAX + number;
}
