using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Loads of system registers in 64-bit code that Unicorn takes, and a processor does not (SDM volume 2): of addresses of tables that are
/// not canonical, and of a null stack segment for another privilege level.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="descriptors">What selectors name.</param>
/// <param name="operands">Reads operands in memory.</param>
internal sealed class SystemLoads(X86State state, DescriptorTables descriptors, OperandMemory operands)
{
    private const int LocalTable = 2; // types of descriptors
    private const int Task = 9;

    /// <summary>It may be one.</summary>
    public static bool MayBe(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Lgdt or Mnemonic.Lidt or Mnemonic.Lldt or Mnemonic.Ltr or Mnemonic.Lss
        || (instruction.Mnemonic == Mnemonic.Mov && instruction.Op0Register == Register.SS);

    /// <summary>How the instruction at the PC runs.</summary>
    public HowItRuns Prepare(in Instruction instruction) =>
        FaultOf(instruction) is null ? HowItRuns.Plainly : HowItRuns.Emulated;

    /// <summary>What it raises that Unicorn does not; null for nothing.</summary>
    public GuestFault? FaultOf(in Instruction instruction)
    {
        if (state.Bitness != 64)
        {
            return null;
        }

        if (instruction.Mnemonic is Mnemonic.Lgdt or Mnemonic.Lidt)
        {
            return state.PrivilegeLevel == 0 && operands.TryRead(instruction, MemoryAccess.Read, out var table)
                && !PageTables.IsSignExtended((ulong)(table >> 16))
                    ? new GuestFault(GuestFault.Protection)
                    : null;
        }

        if (SelectorOf(instruction) is not { } selector)
        {
            return null;
        }

        if (instruction.Mnemonic is Mnemonic.Lldt or Mnemonic.Ltr)
        {
            var type = instruction.Mnemonic == Mnemonic.Ltr ? Task : LocalTable;
            return state.PrivilegeLevel == 0 && (selector & 4) == 0 && (selector & ~3) != 0
                && descriptors.PeekLongBase(selector, type) is { } address && !PageTables.IsSignExtended(address)
                    ? new GuestFault(GuestFault.Protection, selector & ~3u)
                    : null;
        }

        return (selector & ~3) == 0 && selector != state.PrivilegeLevel ? new GuestFault(GuestFault.Protection) : null;
    }

    private ushort? SelectorOf(in Instruction instruction)
    {
        var last = instruction.OpCount - 1;
        if (instruction.GetOpKind(last) == OpKind.Register)
        {
            return (ushort)state.General[instruction.GetOpRegister(last).GetFullRegister() - Register.RAX];
        }

        return operands.TryRead(instruction, MemoryAccess.Read, out var value)
            ? (ushort)(value >> 8 * (instruction.MemorySize.GetSize() - 2))
            : null;
    }
}
