using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: exceptions of the x87 that are not masked (SDM volume 1, 8.5 to 8.7): what the instruction that finds one leaves
// undone, and #MF, or FERR# without CR0.NE, at the next one that waits. Unicorn computes as if all were masked, and raises at
// FWAIT only.
//
// While any exception is not masked, each instruction of the x87 is asked about before it runs, and of MMX, for they wait too.
// The host does it first, with the guest's masks:
// - an exception that is not masked, and by which the result is another or none: what the host made of the registers counts. One
//   that would store to memory stores nothing then;
// - another flag that is new, or an invalid operand: the instruction runs alone, and what the host made of the registers is put
//   there behind it;
// - else it runs as ever.
// While all are masked nothing is asked, and flags of denormal operands and stack faults are not set. But a few instructions
// that Unicorn does wrong for some operands are asked about then too: FXTRACT of what is no normal number, FSCALE by what is no
// small integer or with less precision, constants that are not rounded to the nearest, FISTTP and FIST to 16 bits of what is no integer of their
// size, and FBSTP.

/// <summary>Exceptions of x87 arithmetic, and what Unicorn does wrong.</summary>
/// <param name="state">The registers.</param>
/// <param name="operands">Reads what is in memory.</param>
/// <param name="findErrors">Finds what takes FERR#; null when there is none.</param>
internal sealed class CoprocessorExceptions(X86State state, OperandMemory operands, Func<ICoprocessorErrors?> findErrors)
{
    private const uint Invalid = 1;
    private const int StoreDecimal = 6; // FBSTP, behind DF
    private const int Rounding = 0xc00; // of the control word
    private const int Precision = 0x300; // whole
    private const int HighestExponent = 0x7fff;
    private const int Bias = 0x3fff;

    // What has Unicorn's result differ in nothing: it is noted there.
    private const uint Inexact = 1 << 5;
    private const uint StackFault = 1 << 6;
    private const uint FoundInOperands = 7 | StackFault;
    private const uint TopOfStack = 0x3800;

    private const ulong MonitorsCoprocessor = 1 << 1; // CR0.MP
    private const ulong Emulates = 1 << 2; // CR0.EM
    private const ulong TaskSwitched = 1 << 3; // CR0.TS
    private const ulong NumericError = 1 << 5; // CR0.NE

    private readonly HostCoprocessor _host = new();
    private CoprocessorImage _image;
    private (ulong Before, uint Flags, bool IsWhole, (ulong Address, int Size)? Stored)? _runs;
    private bool _isPending;

    /// <summary>The processor itself does the instruction that runs next, with <see cref="Do"/>.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How the instruction at the PC runs.</summary>
    public HowItRuns Prepare(ReadOnlySpan<byte> opcode, in Instruction instruction)
    {
        _runs = null;
        IsDone = false;
        if (!(state.AsksCoprocessor ? CoprocessorInstructions.MayWait(opcode) : CoprocessorInstructions.MayBeWrong(opcode))
            || instruction.HasLockPrefix || IsAbsent(instruction))
        {
            return HowItRuns.Plainly;
        }

        _isPending = (state.FpuStatus & FloatingExceptions.Summary) != 0;
        if (!_isPending)
        {
            findErrors()?.Clear();
        }
        else if (CoprocessorInstructions.Waits(opcode, instruction))
        {
            IsDone = (state.Cr0 & NumericError) != 0 || findErrors() is { IsIgnored: false };
            return IsDone ? HowItRuns.Emulated : Compute(opcode, instruction);
        }

        return Compute(opcode, instruction);
    }

    /// <summary>Does the instruction, with or without its fault.</summary>
    /// <returns>
    /// The fault, if it raises one; and whether the instruction is done: not when the processor waits before it for the interrupt
    /// that FERR# asks for (SDM volume 1, 8.7.2).
    /// </returns>
    public (GuestFault? Fault, bool IsBehind) Do(in Instruction instruction)
    {
        IsDone = false;
        if (_isPending && _runs is null)
        {
            if ((state.Cr0 & NumericError) != 0)
            {
                return (new GuestFault(GuestFault.Coprocessor), false);
            }

            findErrors()?.Raise();
            return (null, false);
        }

        _runs = null;
        state.LoadCoprocessor(ref _image);
        var offset = state.InstructionPointer;
        state.SetFpuInstruction(state.Segment(SegmentNumber.Cs).Selector, offset);
        if (operands.Find(instruction) is { } operand)
        {
            state.SetFpuOperand(operand.Selector, operand.Offset);
        }

        return (null, true);
    }

    /// <summary>An instruction that had to run alone has run, or raised another exception.</summary>
    public void Complete()
    {
        if (_runs is { } runs && runs.Before != state.InstructionPointer)
        {
            if (runs.IsWhole)
            {
                state.LoadCoprocessor(ref _image);
            }
            else
            {
                state.AddFpuFlags(runs.Flags);
            }

            if (runs.Stored is { } stored)
            {
                operands.Overwrite(stored.Address, _image.Memory, stored.Size);
            }
        }

        _runs = null;
    }

    /// <summary>It raises #NM or #UD.</summary>
    private bool IsAbsent(in Instruction instruction) => instruction.Mnemonic == Mnemonic.Wait
        ? (state.Cr0 & (MonitorsCoprocessor | TaskSwitched)) == (MonitorsCoprocessor | TaskSwitched)
        : (state.Cr0 & (Emulates | TaskSwitched)) != 0;

    private HowItRuns Compute(ReadOnlySpan<byte> opcode, in Instruction instruction)
    {
        if (opcode.Length < 2 || !CoprocessorInstructions.IsArithmetic(opcode))
        {
            return HowItRuns.Plainly;
        }

        state.StoreCoprocessor(ref _image);
        var isStore = CoprocessorInstructions.Stores(opcode);
        if (opcode[1] < CoprocessorInstructions.RegisterForms
            && !operands.TryRead(instruction, isStore ? MemoryAccess.Write : MemoryAccess.Read, out _image.Memory))
        {
            return HowItRuns.Plainly;
        }

        var before = _image;
        var wanted = ~_image.Control & (uint)FloatingExceptions.All;
        var status = _image.Status;
        _image.Status &= TopOfStack | FloatingExceptions.Conditions;
        _image.Flags = state.Flags & X86State.ConditionCodes;
        _host.Do(opcode, ref _image);
        var flags = _image.Status & (FloatingExceptions.All | StackFault);
        var isImplementations = CoprocessorInstructions.IsImplementations(opcode);
        if (isImplementations)
        {
            flags &= FoundInOperands;
        }

        _image.Status |= status & (FloatingExceptions.All | StackFault);
        if ((flags & wanted & ~Inexact) != 0)
        {
            _runs = (state.InstructionPointer, flags, true, null);
            IsDone = true;
            return HowItRuns.Emulated;
        }

        var isWrong = IsWrong(opcode, flags, before);
        if (!isWrong && (flags & ~status) == 0 && ((flags & (Invalid | StackFault)) == 0 || isStore))
        {
            return HowItRuns.Plainly;
        }

        var stored = isWrong && isStore && operands.Linear(instruction) is { } address
            ? (address, instruction.MemorySize.GetSize())
            : ((ulong, int)?)null;
        _runs = (state.InstructionPointer, flags, !isImplementations, stored);
        return HowItRuns.Alone;
    }

    /// <summary>Unicorn does it wrong, as <see cref="CoprocessorInstructions.MayBeWrong"/> says.</summary>
    private static bool IsWrong(ReadOnlySpan<byte> opcode, uint flags, in CoprocessorImage before)
    {
        if (!CoprocessorInstructions.MayBeWrong(opcode))
        {
            return false;
        }

        if (opcode[0] != 0xd9)
        {
            return (flags & Invalid) != 0 || (opcode[0] == 0xdf && CoprocessorInstructions.Field(opcode[1]) == StoreDecimal);
        }

        return opcode[1] switch
        {
            CoprocessorInstructions.ExtractExponent => !IsNormal(before, 0),
            CoprocessorInstructions.Scale => (before.Control & Precision) != Precision || !IsNormal(before, 0) || !IsSmallInteger(before, 1),
            _ => (before.Control & Rounding) != 0,
        };
    }

    private static bool IsNormal(in CoprocessorImage image, int register) =>
        (image.Exponent(register) & HighestExponent) is not (0 or HighestExponent) && image.Significand(register) >> 63 != 0;

    private static bool IsSmallInteger(in CoprocessorImage image, int register)
    {
        const int bits = 16;
        var exponent = (image.Exponent(register) & HighestExponent) - Bias;
        return image.Significand(register) == 0
            || (exponent is >= 0 and < bits && image.Significand(register) << exponent + 1 == 0 && IsNormal(image, register));
    }
}
