using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Alignment checks of user code (#AC; SDM volume 3, 6.15, interrupt 17), while CR0.AM and RFLAGS.AC are set. They are found by
/// <see cref="InstructionTraps"/> before each instruction, so an instruction that begins them must be told of.
/// </summary>
/// <param name="state">The registers, as they are before the instruction.</param>
/// <param name="tables">Say what faults before its alignment is looked at.</param>
/// <param name="memory">Where flags are popped from.</param>
internal sealed class AlignmentChecks(X86State state, PageTables tables, LinearMemory memory)
{
    /// <summary>RFLAGS.AC.</summary>
    private const uint Check = 1 << 18;

    private const int R11 = 11;

    private readonly OperandAddresses _addresses = new(state);

    /// <summary>It may set RFLAGS.AC for user code, or enter it with the flag set.</summary>
    public static bool MayBegin(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq
        or Mnemonic.Retf or Mnemonic.Sysret or Mnemonic.Sysretq or Mnemonic.Sysexit or Mnemonic.Sysexitq;

    /// <summary>Checks may be on behind the instruction, which is the next one, and are not before it.</summary>
    public bool Begin(in Instruction instruction) =>
        state.MayCheckAlignment && !state.ChecksAlignment && (FlagsBehind(instruction) & Check) != 0;

    /// <summary>An instruction accesses something that has an alignment, and does not ask for it itself.</summary>
    public bool Concern(in Instruction instruction)
    {
        foreach (var operand in _addresses.UsedBy(instruction))
        {
            if (AlignmentOf(instruction, operand) > 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An access of the instruction is not aligned, and those before it raise nothing.</summary>
    public bool Fail(in Instruction instruction)
    {
        if (IsOver(instruction))
        {
            return false;
        }

        foreach (var operand in _addresses.UsedBy(instruction))
        {
            if (_addresses.Of(operand) is not { } address)
            {
                continue;
            }

            var access = operand.Access is OpAccess.Read or OpAccess.CondRead ? MemoryAccess.Read : MemoryAccess.Write;
            if (!tables.IsCanonical(address) || !tables.TryAccess(address, access, asUser: true, out _, out _))
            {
                return false;
            }

            if (address % (uint)AlignmentOf(instruction, operand) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private ulong FlagsBehind(in Instruction instruction)
    {
        var (size, place) = instruction.Mnemonic switch
        {
            Mnemonic.Popfd => (4, 0),
            Mnemonic.Popfq => (8, 0),
            Mnemonic.Iretd => (4, 2),
            Mnemonic.Iretq => (8, 2),
            Mnemonic.Sysret or Mnemonic.Sysretq when state.IsLongMode => (0, R11),
            _ => (0, 0), // the flag stays
        };
        return size == 0 ? place == 0 ? state.ControlFlags : state.General[place]
            : memory.Peek(_addresses.OfStack + (uint)(size * place), size) ?? 0;
    }

    /// <summary>It repeats, and has nothing left to do.</summary>
    private bool IsOver(in Instruction instruction)
    {
        var count = state.General[1];
        return (instruction.HasRepPrefix || instruction.HasRepnePrefix) && instruction.IsStringInstruction
            && (state.Bitness == 64 ? count : state.Bitness == 32 ? (uint)count : (ushort)count) == 0;
    }

    // Of what repeats, an operand's size is not known.
    private static int AlignmentOf(in Instruction instruction, in UsedMemory operand) =>
        instruction.Mnemonic == Mnemonic.Maskmovdqu ? sizeof(ulong)
        : AlignmentOf(operand.MemorySize == MemorySize.Unknown ? instruction.MemorySize : operand.MemorySize);

    /// <summary>
    /// Table 6-7 of that chapter; of what is moved unaligned, 16, as processors do. Less than 2 where it does not matter, or is #GP.
    /// </summary>
    private static int AlignmentOf(MemorySize size) => size switch
    {
        MemorySize.SegPtr16 => 2,
        MemorySize.SegPtr32 or MemorySize.Fword6 => 4,
        MemorySize.SegPtr64 or MemorySize.Float80 or MemorySize.Bcd or MemorySize.Fword10 => 8,
        MemorySize.FpuEnv14 or MemorySize.FpuState94 => 2,
        MemorySize.FpuEnv28 or MemorySize.FpuState108 => 4,
        _ => size.GetSize() is var bytes && bytes is 2 or 4 or 8 or 16 ? bytes : 1,
    };
}
