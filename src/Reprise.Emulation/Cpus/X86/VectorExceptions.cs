using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: #XM, and the flags of MXCSR with it (SDM volume 1, 11.5), of which Unicorn has the flags of exceptions that are masked,
// without the denormal operand's.
//
// While any exception is not masked, each instruction of SSE arithmetic is asked about before it runs. The host does it first,
// with all exceptions masked, and its flags say what comes:
// - an exception that is not masked: the instruction faults, with nothing changed but flags;
// - a denormal operand, masked: the instruction runs alone, and the flag is set behind it;
// - else it runs as ever.
// While all are masked nothing is asked, and the flag of denormal operands is not set.

/// <summary>Exceptions of SSE arithmetic.</summary>
internal sealed class VectorExceptions
{
    private const uint Denormal = 2;

    // Found before anything is computed: these of all elements come first (SDM volume 1, 11.5.3).
    private const uint BeforeComputation = 7;
    private const uint Overflow = 1 << 3;
    private const uint Underflow = 1 << 4;
    private const uint Inexact = 1 << 5;
    private const int Masks = 7; // the shift of the masks
    private const int LengthOfVector = 16;

    private const ulong Emulates = 1 << 2; // CR0.EM
    private const ulong TaskSwitched = 1 << 3; // CR0.TS
    private const ulong SavesVectors = 1 << 9; // CR4.OSFXSR
    private const ulong TakesExceptions = 1 << 10; // CR4.OSXMMEXCPT

    private readonly HostVectorUnit _host;
    private readonly VectorElements _elements;
    private readonly X86State _state;
    private readonly OperandMemory _memory;
    private (ulong Before, uint Flags)? _runs;

    /// <param name="state">The registers.</param>
    /// <param name="memory">Where operands are.</param>
    public VectorExceptions(X86State state, OperandMemory memory)
    {
        _state = state;
        _memory = memory;
        _host = new HostVectorUnit();
        _elements = new VectorElements(_host);
    }

    /// <summary>How the instruction at the PC runs.</summary>
    public HowItRuns Prepare(in Instruction instruction)
    {
        _runs = null;
        var control = _state.Mxcsr;
        if (!_state.AsksVectors || !VectorInstructions.IsArithmetic(instruction) || instruction.HasLockPrefix
            || (_state.Cr0 & (Emulates | TaskSwitched)) != 0 || (_state.Cr4 & SavesVectors) == 0)
        {
            return HowItRuns.Plainly;
        }

        VectorOperands operands = default;
        operands.Control = control & ~(uint)FloatingExceptions.All;
        if (!TryRead(instruction, ref operands))
        {
            return HowItRuns.Plainly;
        }

        var wanted = ~(control >> Masks) & (uint)FloatingExceptions.All;
        if ((wanted & Underflow) != 0)
        {
            operands.Control &= ~FloatingExceptions.FlushToZero; // which needs underflow masked (SDM volume 1, 10.2.3.3)
        }

        var given = operands;
        _host.Do(instruction, ref operands);
        var flags = operands.Control & (uint)FloatingExceptions.All;
        if ((flags & wanted & BeforeComputation) != 0)
        {
            flags &= BeforeComputation;
        }
        else if ((wanted & Underflow) != 0 && HasTiny(instruction, operands.Destination))
        {
            flags |= Underflow; // exact ones count too (4.9.1.5)
        }

        if ((flags & Inexact) != 0 && (flags & wanted & (Overflow | Underflow)) != 0
            && !_elements.AreInexact(instruction, given, wanted))
        {
            flags &= ~Inexact;
        }

        _runs = (_state.InstructionPointer, flags);
        return (flags & wanted) != 0 ? HowItRuns.Emulated
            : (flags & ~control & Denormal) != 0 ? HowItRuns.Alone
            : HowItRuns.Plainly;
    }

    /// <summary>The fault of the instruction that had to be emulated.</summary>
    public GuestFault Raise()
    {
        _state.AddVectorFlags(_runs?.Flags ?? 0);
        return new GuestFault((_state.Cr4 & TakesExceptions) != 0 ? GuestFault.VectorArithmetic : GuestFault.InvalidOpcode);
    }

    /// <summary>An instruction that had to run alone has run, or raised another exception.</summary>
    public void Complete()
    {
        if (_runs is { } runs && runs.Before != _state.InstructionPointer)
        {
            _state.AddVectorFlags(runs.Flags);
        }

        _runs = null;
    }

    /// <returns>False: an operand can't be read, which is another fault.</returns>
    private bool TryRead(in Instruction instruction, ref VectorOperands operands)
    {
        operands.Destination = instruction.Op0Register.IsXMM() ? Vector(instruction.Op0Register) : 0;
        if (instruction.Op1Kind == OpKind.Register)
        {
            var register = instruction.Op1Register;
            operands.Source = register.IsXMM() ? Vector(register)
                : register.IsMM() ? BitConverter.ToUInt64(_state.FpuRegister(register - Register.MM0))
                : _state.General[register.GetFullRegister() - Register.RAX];
            return true;
        }

        return (instruction.MemorySize.GetSize() != LengthOfVector || _memory.Linear(instruction) % LengthOfVector == 0)
            && _memory.TryRead(instruction, MemoryAccess.Read, out operands.Source);
    }

    private UInt128 Vector(Register register) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(_state.Xmm(register - Register.XMM0));

    private static bool HasTiny(in Instruction instruction, UInt128 result)
    {
        var (size, count) = VectorInstructions.Tiny(instruction);
        for (; count > 0; count--, result >>= size * 8)
        {
            if (VectorElements.IsTiny(result, size))
            {
                return true;
            }
        }

        return false;
    }
}
