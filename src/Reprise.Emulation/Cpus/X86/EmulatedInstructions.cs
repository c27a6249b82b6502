using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Instructions that are done here and not by Unicorn: those with LOCK that can't have it, INT1, MOV from and to debug registers
/// and CR8, RDMSR and WRMSR, switches of tasks, and what fails of loads of system registers.
/// </summary>
/// <param name="state">The registers.</param>
/// <param name="debug">The debug registers.</param>
/// <param name="code">The instruction.</param>
/// <param name="msrs">The model-specific registers.</param>
/// <param name="coprocessor">Exceptions of x87 arithmetic.</param>
/// <param name="vectors">Exceptions of SSE arithmetic.</param>
/// <param name="tasks">Switches of tasks.</param>
/// <param name="loads">Loads of system registers.</param>
/// <param name="findApic">Finds the local APIC; null when there is none.</param>
internal sealed class EmulatedInstructions(
    X86State state,
    DebugRegisters debug,
    CurrentCode code,
    ModelSpecificRegisters msrs,
    CoprocessorExceptions coprocessor,
    VectorExceptions vectors,
    TaskTransfers tasks,
    SystemLoads loads,
    Func<ILocalApic?> findApic)
{
    private const uint TrapFlag = 1 << 8;

    private const ulong HighestPriority = 15;

    /// <summary>Bits of CR4 whose features the models have: up to OSXMMEXCPT (SDM volume 3, 2.5).</summary>
    private const ulong WritableCr4 = 0x7ff;

    /// <summary>Does the instruction at the PC.</summary>
    /// <returns>The exception that it raises; null for none.</returns>
    public GuestFault? Do()
    {
        var instruction = code.Instruction;
        var isBehind = true;
        GuestFault? fault;
        if (TaskTransfers.MayBe(instruction))
        {
            // Then the PC is another task's.
            (fault, isBehind) = (tasks.Do(instruction), false);
            state.InhibitsInterrupts = false;
        }
        else if (coprocessor.IsDone)
        {
            (fault, isBehind) = coprocessor.Do(instruction);
        }
        else
        {
            fault = DoSystem(instruction);
        }

        if (fault is not null || !isBehind)
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

    private GuestFault? DoSystem(in Instruction instruction) => instruction.Mnemonic switch
    {
        _ when IsLockedInVain(instruction) => new GuestFault(GuestFault.InvalidOpcode),
        Mnemonic.Int1 => null,
        Mnemonic.Rdmsr => ReadModelSpecific(),
        Mnemonic.Wrmsr => WriteModelSpecific(),
        _ when VectorInstructions.IsArithmetic(instruction) => vectors.Raise(),
        _ when SystemLoads.MayBe(instruction) => loads.FaultOf(instruction),
        _ when IsCr4Load(instruction) => new GuestFault(GuestFault.Protection),
        _ when instruction.Op0Register == Register.CR8 || instruction.Op1Register == Register.CR8 =>
            MoveTaskPriority(instruction),
        _ => debug.Move(instruction),
    };

    /// <summary>It has LOCK, and is not one of those that may change memory with it, or changes a register (SDM volume 2, LOCK).</summary>
    public static bool IsLockedInVain(in Instruction instruction) =>
        instruction.HasLockPrefix
        && !(instruction.Op0Kind == OpKind.Memory && instruction.Code.ToOpCode().CanUseLockPrefix);

    /// <summary>It is a MOV to CR4, done here when <see cref="SetsReserved"/> says so.</summary>
    public static bool IsCr4Load(in Instruction instruction) => instruction.Op0Register == Register.CR4;

    /// <summary>It would set a reserved bit of CR4, which is #GP; Unicorn sets it.</summary>
    public bool SetsReserved(in Instruction instruction)
    {
        if (!IsCr4Load(instruction))
        {
            return false;
        }

        var value = state.General[instruction.Op1Register.GetFullRegister() - Register.RAX];
        return ((state.Bitness == 64 ? value : (uint)value) & ~WritableCr4) != 0;
    }

    private GuestFault? ReadModelSpecific()
    {
        if (!IsPrivileged)
        {
            return new GuestFault(GuestFault.Protection);
        }

        var value = msrs.Read((uint)state.General[1]);
        state.General[0] = (uint)value;
        state.General[2] = value >> 32;
        return null;
    }

    private GuestFault? WriteModelSpecific()
    {
        var value = (uint)state.General[0] | state.General[2] << 32;
        return IsPrivileged && msrs.TryWrite((uint)state.General[1], value) ? null : new GuestFault(GuestFault.Protection);
    }

    private GuestFault? MoveTaskPriority(in Instruction instruction)
    {
        var writes = instruction.Op0Register == Register.CR8;
        ref var general = ref state.General[
            (writes ? instruction.Op1Register : instruction.Op0Register).GetFullRegister() - Register.RAX];
        if (!IsPrivileged || (writes && general > HighestPriority))
        {
            return new GuestFault(GuestFault.Protection);
        }

        if (!writes)
        {
            general = findApic()?.TaskPriorityClass ?? 0u;
        }
        else if (findApic() is { } apic)
        {
            apic.TaskPriorityClass = (byte)general;
        }

        return null;
    }

    private bool IsPrivileged => state.PrivilegeLevel == 0 && (state.ControlFlags & X86State.VirtualMode) == 0;
}
