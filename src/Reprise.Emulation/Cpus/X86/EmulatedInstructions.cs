using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Instructions that are done here and not by Unicorn: INT1, MOV from and to debug registers, and RDMSR, since Unicorn has
/// no local APIC whose base it could tell.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="debug">The debug registers.</param>
/// <param name="code">The instruction.</param>
internal sealed class EmulatedInstructions(X86State state, DebugRegisters debug, CurrentCode code)
{
    private const uint TrapFlag = 1 << 8;

    private const uint ApicBase = 0x1B; // IA32_APIC_BASE (SDM volume 3, 11.4.4)

    // Where the board has it, enabled, of the processor that boots.
    private const ulong ApicIsThere = 0xFEE0_0000 | 1 << 11 | 1 << 8;

    /// <summary>Does the instruction at the PC.</summary>
    /// <returns>The exception that it raises; null for none.</returns>
    public GuestFault? Do()
    {
        var instruction = code.Instruction;
        var fault = instruction.Mnemonic switch
        {
            Mnemonic.Int1 => null,
            Mnemonic.Rdmsr => ReadModelSpecific(),
            _ => debug.Move(instruction),
        };
        if (fault is not null)
        {
            return fault;
        }

        var next = state.InstructionPointer + (uint)instruction.Length;
        state.InstructionPointer = state.Bitness == 64 ? next : state.Bitness == 32 ? (uint)next : (ushort)next;
        state.InhibitsInterrupts = false;
        if (instruction.Mnemonic == Mnemonic.Int1)
        {
            return new GuestFault(GuestFault.Debug);
        }

        if ((state.ControlFlags & TrapFlag) == 0)
        {
            return null;
        }

        debug.SetSingleStep();
        return new GuestFault(GuestFault.Debug);
    }

    private GuestFault? ReadModelSpecific()
    {
        if (state.PrivilegeLevel != 0 || (state.ControlFlags & X86State.VirtualMode) != 0)
        {
            return new GuestFault(GuestFault.Protection);
        }

        var number = (uint)state.General[1];
        var value = number == ApicBase ? ApicIsThere : state.ReadMsr(number);
        state.General[0] = (uint)value;
        state.General[2] = value >> 32;
        return null;
    }
}
