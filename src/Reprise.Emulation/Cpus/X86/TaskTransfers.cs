using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Far JMP and CALL to another task, and IRET out of a task that was called (SDM volume 3, 7.3).</summary>
/// <param name="state">The registers.</param>
/// <param name="memory">Where tables and tasks are.</param>
/// <param name="descriptors">Say what selectors name.</param>
/// <param name="operands">Reads far pointers.</param>
/// <param name="tasks">Switches.</param>
internal sealed class TaskTransfers(
    X86State state, LinearMemory memory, DescriptorTables descriptors, OperandMemory operands, TaskSwitch tasks)
{
    private const int TaskGate = 5; // a type of descriptor

    /// <summary>The instruction may be one.</summary>
    public static bool MayBe(in Instruction instruction) => IsReturn(instruction) || IsFar(instruction);

    /// <summary>IRET.</summary>
    public static bool IsReturn(in Instruction instruction) => instruction.Mnemonic is Mnemonic.Iret or Mnemonic.Iretd;

    /// <summary>JMP or CALL with a selector.</summary>
    public static bool IsFar(in Instruction instruction) =>
        instruction.IsJmpFar || instruction.IsCallFar || instruction.IsJmpFarIndirect || instruction.IsCallFarIndirect;

    /// <summary>How the instruction at the PC runs.</summary>
    public HowItRuns Prepare(in Instruction instruction)
    {
        var switches = state.HasTasks && (IsReturn(instruction)
            ? state.IsNestedTask
            : IsFar(instruction) && SelectorOf(instruction) is { } selector && descriptors.PeekType(selector) is { } type
                && (type == TaskGate || TaskLayout.IsTask(type)));
        return switches ? HowItRuns.Emulated : HowItRuns.Plainly;
    }

    /// <summary>Does the instruction.</summary>
    /// <returns>The exception that it raises, of the old task or of the new one; null for none.</returns>
    public GuestFault? Do(in Instruction instruction)
    {
        memory.Begin();
        tasks.Begin();
        var next = state.InstructionPointer + (uint)instruction.Length;
        return IsReturn(instruction)
            ? tasks.Enter((ushort)memory.Read(state.Segment(SegmentNumber.Tr).Base, 2), TaskSwitchKind.Return, 0, state.Flags, next)
            : FindTask(SelectorOf(instruction) ?? 0, out var task) ?? tasks.Enter(
                task,
                instruction.IsCallFar || instruction.IsCallFarIndirect ? TaskSwitchKind.Call : TaskSwitchKind.Jump,
                0,
                state.Flags,
                next);
    }

    /// <summary>The task that a selector names, itself or by a task gate.</summary>
    private GuestFault? FindTask(ushort selector, out ushort task)
    {
        task = selector;
        var error = selector & ~3u;
        if (!descriptors.TryRead(selector, out var descriptor)
            || descriptor.PrivilegeLevel < Math.Max(state.PrivilegeLevel, selector & 3))
        {
            return memory.Fault ?? new GuestFault(GuestFault.Protection, error);
        }

        if (TaskLayout.IsTask((int)(descriptor.Flags >> 8 & 0x1f)))
        {
            return null;
        }

        task = (ushort)descriptor.Base;
        return (descriptor.Flags & SegmentRegister.Present) == 0 ? new GuestFault(GuestFault.NotPresent, error) : null;
    }

    /// <summary>Null where its operand can't be read: then it faults, as any other.</summary>
    private ushort? SelectorOf(in Instruction instruction)
    {
        if (instruction.IsJmpFar || instruction.IsCallFar)
        {
            return instruction.FarBranchSelector;
        }

        return operands.TryRead(instruction, MemoryAccess.Read, out var pointer)
            ? (ushort)(pointer >> 8 * (instruction.MemorySize.GetSize() - 2))
            : null;
    }
}
