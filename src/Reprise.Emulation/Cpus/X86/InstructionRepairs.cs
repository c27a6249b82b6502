using System.Numerics;
using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Instructions of which Unicorn does something wrong that can be put right behind them: what loads MXCSR with or without FZ,
/// which Unicorn tells to the x87; what loads or clears the x87's status word or takes masks away; LOCK NEG, which leaves the
/// flags of what was there; CMPXCHG to a register of 32 bits, which clears the rest of it even if they differ; SMSW to a
/// whole register, which gets half of CR0; and returns to outer rings in long mode, with which FS and GS lose their bases when their
/// selectors become null. They run alone.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="memory">Where operands are.</param>
internal sealed class InstructionRepairs(X86State state, LinearMemory memory)
{
    // Of FXRSTOR (SDM volume 1, table 10-2).
    private const int ControlInImage = 24;
    private const int StatusInImage = 2;

    private const uint Carry = 1 << 0;
    private const uint Parity = 1 << 2;
    private const uint Adjust = 1 << 4;
    private const uint Zero = 1 << 6;
    private const uint Sign = 1 << 7;
    private const uint Overflow = 1 << 11;
    private const uint All = Carry | Parity | Adjust | Zero | Sign | Overflow;

    private readonly OperandAddresses _addresses = new(state);
    private (ulong Before, ulong Address, int Size)? _negated;
    private (ulong Before, int Number)? _statusTo;
    private (int Number, ulong Value)? _kept;
    private (ulong Fs, ulong Gs)? _bases;
    private ulong _before;
    private bool _loadsFpu;

    /// <summary>It is NEG of memory with LOCK.</summary>
    public static bool IsLockedNegation(in Instruction instruction) =>
        instruction.Mnemonic == Mnemonic.Neg && instruction.HasLockPrefix && instruction.Op0Kind == OpKind.Memory;

    /// <summary>It is SMSW to a register of 32 or 64 bits.</summary>
    public static bool IsWholeStatus(in Instruction instruction) =>
        instruction.Mnemonic == Mnemonic.Smsw && instruction.Op0Kind == OpKind.Register
        && instruction.Op0Register.GetSize() >= sizeof(uint);

    /// <summary>It is CMPXCHG to a register of 32 bits.</summary>
    public static bool IsNarrowExchange(in Instruction instruction) =>
        instruction.Mnemonic == Mnemonic.Cmpxchg && instruction.Op0Kind == OpKind.Register
        && instruction.Op0Register.GetSize() == sizeof(uint);

    /// <summary>It is CMPXCHG8B or CMPXCHG16B.</summary>
    public static bool IsWideExchange(Mnemonic mnemonic) => mnemonic is Mnemonic.Cmpxchg8b or Mnemonic.Cmpxchg16b;

    /// <summary>The instruction that runs next must run alone, and <see cref="Repair"/> come behind it.</summary>
    public bool Concerns(in Instruction instruction)
    {
        _negated = null;
        _statusTo = null;
        _kept = null;
        _bases = null;
        _loadsFpu = false;
        _before = state.InstructionPointer;
        if (IsWholeStatus(instruction))
        {
            _statusTo = (state.InstructionPointer, instruction.Op0Register.GetFullRegister() - Register.RAX);
            return true;
        }

        if (IsLockedNegation(instruction) && _addresses.OfOperand(instruction) is { } address)
        {
            _negated = (state.InstructionPointer, address, instruction.MemorySize.GetSize());
            return true;
        }

        if (IsNarrowExchange(instruction))
        {
            var number = instruction.Op0Register.GetFullRegister() - Register.RAX;
            var value = state.General[number];
            _kept = (uint)value != (uint)state.General[0] ? (number, value) : null;
            return _kept is not null;
        }

        return instruction.Mnemonic switch
        {
            Mnemonic.Ldmxcsr => MayMatter(instruction, 0),
            Mnemonic.Fxrstor or Mnemonic.Fxrstor64 => LoadsFpu(instruction, StatusInImage) | MayMatter(instruction, ControlInImage),
            Mnemonic.Fldcw => MayUnmask(instruction),
            Mnemonic.Fldenv or Mnemonic.Frstor => LoadsFpu(instruction, StatusOffset(instruction)),
            Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq or Mnemonic.Retf => MayLoseBases(),
            Mnemonic.Fnclex or Mnemonic.Fninit or Mnemonic.Fnsave => _loadsFpu = state.HasDividedByZero,
            _ => false,
        };
    }

    /// <summary>It may change what is known of divisions by zero, or take masks away.</summary>
    private bool LoadsFpu(in Instruction instruction, ulong statusOffset)
    {
        _loadsFpu = _addresses.OfOperand(instruction) is not { } address
            || memory.Peek(address + statusOffset, sizeof(ushort)) is not { } status
            || (status & FloatingExceptions.DivideByZero) != 0 || state.HasDividedByZero;
        return _loadsFpu || MayUnmask(instruction);
    }

    private bool MayUnmask(in Instruction instruction) =>
        !state.AsksCoprocessor
        && (_addresses.OfOperand(instruction) is not { } address
            || memory.Peek(address, sizeof(ushort)) is not { } control
            || (~control & FloatingExceptions.All) != 0);

    private bool MayLoseBases()
    {
        _bases = state.IsLongMode && (MayBeNulled(SegmentNumber.Fs) || MayBeNulled(SegmentNumber.Gs))
            ? (state.Segment(SegmentNumber.Fs).Base, state.Segment(SegmentNumber.Gs).Base)
            : null;
        return _bases is not null;
    }

    private bool MayBeNulled(SegmentNumber number) =>
        state.Segment(number) is { Base: not 0 } segment && (segment.Selector & ~3) != 0
        && segment.PrivilegeLevel is < 3 and var level && state.PrivilegeLevel <= level;

    private void RestoreBase(SegmentNumber number, ulong address)
    {
        if (state.Segment(number) is { Base: 0 } segment && (segment.Selector & ~3) == 0)
        {
            state.SetSegment(number, segment with { Base = address });
        }
    }

    private static ulong StatusOffset(in Instruction instruction) =>
        instruction.Code is Code.Fldenv_m14byte or Code.Frstor_m94byte ? 2ul : 4ul;

    /// <summary>The instruction has run, or raised an exception.</summary>
    public void Repair()
    {
        state.FollowFlushToZero();
        if (_negated is { } negated && negated.Before != state.InstructionPointer
            && memory.Peek(negated.Address, negated.Size) is { } result)
        {
            state.Flags = (state.Flags & ~All) | FlagsOfNegation(result, negated.Size * 8);
        }

        if (_loadsFpu && _before != state.InstructionPointer)
        {
            state.TakeFpuStatus();
        }

        if (_kept is { } kept && _before != state.InstructionPointer)
        {
            state.General[kept.Number] = kept.Value;
        }

        if (_bases is { } bases)
        {
            RestoreBase(SegmentNumber.Fs, bases.Fs);
            RestoreBase(SegmentNumber.Gs, bases.Gs);
        }

        if (_statusTo is { } status && status.Before != state.InstructionPointer)
        {
            state.General[status.Number] = state.Cr0;
        }

        _negated = null;
        _statusTo = null;
        _kept = null;
        _bases = null;
        _loadsFpu = false;
    }

    /// <summary>Results are flushed or exceptions raised before it or behind it; so it is taken where it can't be seen.</summary>
    private bool MayMatter(in Instruction instruction, ulong offset) =>
        (state.Mxcsr & FloatingExceptions.FlushToZero) != 0
        || _addresses.OfOperand(instruction) is not { } address
        || memory.Peek(address + offset, sizeof(uint)) is not { } value
        || (value & FloatingExceptions.FlushToZero) != 0
        || (!state.AsksVectors && (~value & FloatingExceptions.VectorMasks) != 0);

    /// <summary>NEG's flags (SDM volume 2) follow from its result.</summary>
    private static uint FlagsOfNegation(ulong result, int bits)
    {
        var top = 1ul << (bits - 1);
        return (result != 0 ? Carry : Zero)
            | ((BitOperations.PopCount((byte)result) & 1) == 0 ? Parity : 0)
            | ((result & 15) != 0 ? Adjust : 0)
            | ((result & top) != 0 ? Sign : 0)
            | (result == top ? Overflow : 0);
    }
}
