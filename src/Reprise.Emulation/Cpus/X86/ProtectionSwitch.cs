using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

// Goal: a switch between real and protected mode for the price of an instruction. Firmware of a PC makes one for each call
// into 16-bit code, a BIOS some 100,000 before it gives up its prompt.
//
// Unicorn forgets its TLB, and where all blocks are, when PE changes; each page is then filled and each block found anew. Without
// paging that is not needed: an address is in the same place in both modes, with the same rights. So just before the
// instruction PE is made what it becomes, and Unicorn, which does the rest, sees it not change.
//
// Invariant: nothing comes between this and the instruction. A breakpoint of the debugger is asked for before, and where the guest has
// one nothing is done here.

/// <summary>MOV to CR0 that changes PE and neither paging nor write protection.</summary>
/// <param name="state">The registers.</param>
/// <param name="debug">Has the guest's breakpoints.</param>
internal sealed class ProtectionSwitch(X86State state, DebugRegisters debug)
{
    private const ulong Protection = 1 << 0;
    private const ulong WriteProtect = 1 << 16;
    private const ulong Paging = 1ul << 31;

    /// <summary>It is a MOV to CR0.</summary>
    public static bool IsCr0Load(in Instruction instruction) => instruction.Op0Register == Register.CR0;

    /// <summary>The MOV to CR0 runs next.</summary>
    public void Prepare(in Instruction instruction)
    {
        var value = state.General[instruction.Op1Register.GetFullRegister() - Register.RAX];
        var changes = value ^ state.Cr0;
        if ((changes & (Protection | WriteProtect | Paging)) == Protection && (value & Paging) == 0
            && state.PrivilegeLevel == 0 && debug.Enabled == 0)
        {
            state.Cr0 ^= Protection;
        }
    }
}
