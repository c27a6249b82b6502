using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Instructions that fault by what is in registers: those with a breakpoint of the guest, and, where the emulator can't be
/// made to see it (<see cref="FindsMisalignment"/>), those whose vector in memory is not aligned. And those of which the processor wants
/// to hear while an exception of theirs is not masked.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="debug">The guest's breakpoints.</param>
/// <param name="decoder">Says which instructions need an alignment.</param>
/// <param name="code">Where they are.</param>
internal sealed class InstructionTraps(X86State state, DebugRegisters debug, X86Decoder decoder, GuestCode code)
    : IInstructionTraps
{
    private const ulong Emulates = 1 << 2; // CR0.EM
    private const ulong TaskSwitched = 1 << 3; // CR0.TS
    private const ulong SavesVectors = 1 << 9; // CR4.OSFXSR

    private readonly OperandAddresses _addresses = new(state);
    private readonly StickyTrap _asksVectors = new();
    private readonly StickyTrap _asksCoprocessor = new();

    public bool FindsMisalignment { get; set; }

    public uint Enabled =>
        debug.Enabled << 3 | (_asksCoprocessor.Follow(state.AsksCoprocessor) ? 4u : 0)
        | (_asksVectors.Follow(state.AsksVectors) ? 2u : 0) | (FindsMisalignment ? 1u : 0);

    public TrapCheck CheckOf(ulong address) =>
        debug.CheckOf(address) is not TrapCheck.None and var check ? check
        : Announces(address) ? TrapCheck.InPlace
        : FindsMisalignment && decoder.AlignmentOf(code.At(address)) != 0 ? TrapCheck.InPlace
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

        // Without SSE it is another fault.
        if (!FindsMisalignment || (state.Cr0 & (Emulates | TaskSwitched)) != 0 || (state.Cr4 & SavesVectors) == 0
            || decoder.AlignmentOf(code.At(address)) is not (> 0 and var alignment)
            || _addresses.OfOperand(decoder.Decode(code.At(address))) is not { } operand || operand % (ulong)alignment == 0)
        {
            return null;
        }

        state.ReportException(0);
        return GuestFault.Protection;
    }
}
