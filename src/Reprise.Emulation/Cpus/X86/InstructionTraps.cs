using Iced.Intel;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Instructions that fault by what is in registers: those with a breakpoint of the guest, and, where the emulator can't be
/// made to see it (<see cref="FindsMisalignment"/>), those whose vector in memory is not aligned; and those of users who have
/// alignment checked. And those of which the processor wants
/// to hear while an exception of theirs is not masked.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="debug">The guest's breakpoints.</param>
/// <param name="decoder">Says which instructions need an alignment.</param>
/// <param name="alignment">Of users.</param>
/// <param name="code">Where they are.</param>
internal sealed class InstructionTraps(
    X86State state, DebugRegisters debug, X86Decoder decoder, AlignmentChecks alignment, GuestCode code)
    : IInstructionTraps
{
    private const ulong Emulates = 1 << 2; // CR0.EM
    private const ulong TaskSwitched = 1 << 3; // CR0.TS
    private const ulong SavesVectors = 1 << 9; // CR4.OSFXSR

    private readonly OperandAddresses _addresses = new(state);
    private readonly StickyTrap _asksVectors = new();
    private readonly StickyTrap _asksCoprocessor = new();
    private readonly StickyTrap _checksAlignment = new();

    public bool FindsMisalignment { get; set; }

    public uint Enabled =>
        debug.Enabled << 4 | (_checksAlignment.Follow(state.ChecksAlignment) ? 8u : 0)
        | (_asksCoprocessor.Follow(state.AsksCoprocessor) ? 4u : 0)
        | (_asksVectors.Follow(state.AsksVectors) ? 2u : 0) | (FindsMisalignment ? 1u : 0);

    public TrapCheck CheckOf(ulong address) =>
        debug.CheckOf(address) is not TrapCheck.None and var check ? check
        : Announces(address) ? TrapCheck.InPlace
        : FindsMisalignment && decoder.AlignmentOf(code.At(address)) != 0 ? TrapCheck.InPlace
        : _checksAlignment.IsOn && alignment.Concern(decoder.Decode(code.At(address))) ? TrapCheck.InPlace
        : TrapCheck.None;

    public bool Announces(ulong address)
    {
        if (!_asksVectors.IsOn && !_asksCoprocessor.IsOn)
        {
            return false;
        }

        var opcode = decoder.OpcodeIn(code.At(address));
        return (_asksVectors.IsOn && VectorInstructions.MayBeArithmetic(opcode))
            || (_asksCoprocessor.IsOn && CoprocessorInstructions.MayWait(opcode));
    }

    public uint? Find(ulong address, bool isBetween)
    {
        if (debug.Find(address, isBetween) is { } breakpoint)
        {
            return breakpoint;
        }

        if (FindsMisalignedVector(address))
        {
            state.ReportException(0);
            return GuestFault.Protection;
        }

        if (state.ChecksAlignment && IsMisaligned(address))
        {
            state.ReportException(0);
            return GuestFault.Alignment;
        }

        return null;
    }

    // Without SSE it is another fault.
    private bool FindsMisalignedVector(ulong address) =>
        FindsMisalignment && HasVectors
        && decoder.AlignmentOf(code.At(address)) is > 0 and var needed
        && _addresses.OfOperand(decoder.Decode(code.At(address))) is { } operand && operand % (ulong)needed != 0;

    private bool IsMisaligned(ulong address)
    {
        var instruction = decoder.Decode(code.At(address));
        var isAnotherFault = decoder.AlignmentOf(code.At(address)) != 0 // #GP
            || instruction.Mnemonic == Mnemonic.Cmpxchg16b
            || ((state.Cr0 & (Emulates | TaskSwitched)) != 0 && IsOfUnits(instruction));
        return !isAnotherFault && alignment.Fail(instruction);
    }

    /// <summary>Of the x87, MMX or SSE.</summary>
    private static bool IsOfUnits(in Instruction instruction)
    {
        foreach (var feature in instruction.CpuidFeatures)
        {
            if (feature is CpuidFeature.FPU or CpuidFeature.MMX or CpuidFeature.SSE or CpuidFeature.SSE2 or CpuidFeature.SSE3)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasVectors => (state.Cr0 & (Emulates | TaskSwitched)) == 0 && (state.Cr4 & SavesVectors) != 0;
}
