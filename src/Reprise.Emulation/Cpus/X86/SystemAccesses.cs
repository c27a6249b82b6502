using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Accesses that the processor makes for itself.</summary>
/// <param name="state">The registers.</param>
/// <param name="code">The instruction that runs.</param>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class SystemAccesses(X86State state, CurrentCode code, int pageSize)
{
    /// <summary>
    /// A processor in ring 3 reads descriptors and its task's state with its own rights, not the user's. Unicorn does
    /// not say which access it is: it is one of those when such an instruction runs, and the page has such a table.
    /// </summary>
    public bool Contains(ulong address)
    {
        if (state.PrivilegeLevel != 3 || !(IsNear(SegmentNumber.Gdtr, address) || IsNear(SegmentNumber.Ldtr, address)
            || IsNear(SegmentNumber.Tr, address)))
        {
            return false;
        }

        var instruction = code.Instruction;
        return instruction.Mnemonic is Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw
                or Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss
                or Mnemonic.Retf or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq
                or Mnemonic.In or Mnemonic.Out or Mnemonic.Insb or Mnemonic.Insw or Mnemonic.Insd
                or Mnemonic.Outsb or Mnemonic.Outsw or Mnemonic.Outsd
            || instruction.IsJmpFar || instruction.IsCallFar || instruction.IsJmpFarIndirect
            || instruction.IsCallFarIndirect
            || (instruction.Mnemonic is Mnemonic.Mov or Mnemonic.Pop && instruction.Op0Register.IsSegmentRegister());
    }

    private bool IsNear(SegmentNumber number, ulong address)
    {
        var table = state.Segment(number);
        var page = (ulong)pageSize - 1;
        return address >= (table.Base & ~page) && address <= ((table.Base + table.Limit) | page);
    }
}
