using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Instructions that are done here and not by Unicorn: INT1, and MOV from and to debug registers.</summary>
/// <param name="state">The registers.</param>
/// <param name="debug">The debug registers.</param>
/// <param name="code">The instruction.</param>
internal sealed class EmulatedInstructions(X86State state, DebugRegisters debug, CurrentCode code)
{
    private const uint TrapFlag = 1 << 8;

    /// <summary>Does the instruction at the PC.</summary>
    /// <returns>The exception that it raises; null for none.</returns>
    public GuestFault? Do()
    {
        var instruction = code.Instruction;
        if (instruction.Mnemonic != Mnemonic.Int1 && debug.Move(instruction) is { } fault)
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
}
