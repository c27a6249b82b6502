namespace Reprise.Emulation.Cpus.X86;

// Goal: enter an exception or interrupt handler, as SDM volume 3, 6.12 to 6.14 and 20.1.4 have it. Unicorn reports
// exceptions and enters none.
//
// Each entry reads and pushes first and loads registers last: one that faults on the way has changed no register, and the
// processor then enters the fault instead.

/// <summary>Enters handlers through the real-mode vector table or the IDT.</summary>
/// <param name="state">The registers.</param>
/// <param name="memory">Where tables and stacks are.</param>
/// <param name="descriptors">The tables of segments.</param>
/// <param name="tasks">Switches to the task of a task gate.</param>
internal sealed class ExceptionEntry(X86State state, LinearMemory memory, DescriptorTables descriptors, TaskSwitch tasks)
{
    private const uint TrapFlag = 1 << 8;
    private const uint InterruptFlag = 1 << 9;
    private const uint NestedTask = 1 << 14;
    private const uint ResumeFlag = 1 << 16;
    private const uint VirtualMode = X86State.VirtualMode;
    private const uint AlignmentFlag = 1 << 18;

    private const int StackPointer = 4;

    /// <summary>The last one was given to another task, to which a fault that it raised belongs.</summary>
    public bool HasSwitched => tasks.HasSwitched;

    /// <summary>Enters a handler.</summary>
    /// <param name="fault">Which one.</param>
    /// <param name="isSoftware">It comes from INT n, INT3 or INTO: the gate must allow it.</param>
    /// <param name="isExternal">It comes from an interrupt controller: its vector says nothing about what it is.</param>
    /// <returns>The fault that kept it from being entered; null when it is entered.</returns>
    public GuestFault? Enter(GuestFault fault, bool isSoftware, bool isExternal)
    {
        memory.Begin();
        tasks.Begin();
        var isException = !isSoftware && !isExternal;
        if (fault.Vector == GuestFault.PageFault && isException)
        {
            state.Cr2 = fault.Address;
        }

        return (state.Cr0 & 1) == 0 ? EnterReal(fault.Vector)
            : state.IsLongMode ? EnterLong(fault, isSoftware, isException)
            : EnterProtected(fault, isSoftware, isException);
    }

    /// <summary>20.1.4: four bytes a vector, three words on the stack.</summary>
    private GuestFault? EnterReal(byte vector)
    {
        var table = state.Segment(SegmentNumber.Idtr);
        if (vector * 4u + 3 > table.Limit)
        {
            return new GuestFault(GuestFault.Protection);
        }

        var entry = (uint)memory.Read(table.Base + vector * 4u, 4);
        var stack = StackFrame.In(memory, state.Segment(SegmentNumber.Ss), state.General[StackPointer], 2, asUser: false);
        stack.Push(state.Flags);
        stack.Push(state.Segment(SegmentNumber.Cs).Selector);
        stack.Push(state.InstructionPointer);
        if (memory.Fault is { } fault)
        {
            return fault;
        }

        state.General[StackPointer] = stack.Pointer;
        state.Flags &= ~(InterruptFlag | TrapFlag | AlignmentFlag | ResumeFlag);
        var code = state.Segment(SegmentNumber.Cs);
        var selector = (ushort)(entry >> 16);
        state.LoadSegment(SegmentNumber.Cs, code with { Selector = selector, Base = (uint)selector << 4 });
        state.InstructionPointer = entry & 0xffff;
        return null;
    }

    private GuestFault? EnterProtected(GuestFault fault, bool isSoftware, bool isException)
    {
        var external = isSoftware ? 0u : DescriptorTables.External;
        var flags = PushedFlags(fault, isException);
        if (InterruptGate.Read(state, memory, fault.Vector, isSoftware, out var gate) is { } badGate)
        {
            return badGate;
        }

        if (gate.Type == InterruptGate.Task)
        {
            return tasks.Enter(
                gate.Selector,
                TaskSwitchKind.Call,
                external,
                flags,
                state.InstructionPointer,
                fault.HasErrorCode && isException ? fault.ErrorCode : null);
        }

        if (descriptors.FindCode(gate.Selector, external, out var code) is { } badCode)
        {
            return badCode;
        }

        var isVirtual = (flags & VirtualMode) != 0;
        var level = LevelOf(code);
        var goesIn = level < state.PrivilegeLevel;
        if (isVirtual && level != 0)
        {
            return new GuestFault(GuestFault.Protection, (gate.Selector & ~3u) | external);
        }

        var stackSegment = state.Segment(SegmentNumber.Ss);
        var pointer = state.General[StackPointer];
        if (goesIn && descriptors.FindStack(level, external, out stackSegment, out pointer) is { } badStack)
        {
            return badStack;
        }

        var stack = StackFrame.In(memory, stackSegment, pointer, gate.Is32 ? 4 : 2, asUser: level == 3);
        if (goesIn)
        {
            if (isVirtual)
            {
                stack.Push(state.Segment(SegmentNumber.Gs).Selector);
                stack.Push(state.Segment(SegmentNumber.Fs).Selector);
                stack.Push(state.Segment(SegmentNumber.Ds).Selector);
                stack.Push(state.Segment(SegmentNumber.Es).Selector);
            }

            stack.Push(state.Segment(SegmentNumber.Ss).Selector);
            stack.Push(state.General[StackPointer]);
        }

        PushReturn(ref stack, flags, fault, isException);
        if (memory.Fault is { } pushFault)
        {
            return pushFault;
        }

        if (isVirtual)
        {
            foreach (var number in (ReadOnlySpan<SegmentNumber>)
                [SegmentNumber.Es, SegmentNumber.Ds, SegmentNumber.Fs, SegmentNumber.Gs])
            {
                state.LoadSegment(number, default);
            }
        }

        EnterHandler(gate, stack, code, level, goesIn ? stackSegment : state.Segment(SegmentNumber.Ss));
        return null;
    }

    /// <summary>6.14: gates of 16 bytes, stacks of the IST, frames aligned to 16 bytes.</summary>
    private GuestFault? EnterLong(GuestFault fault, bool isSoftware, bool isException)
    {
        var external = isSoftware ? 0u : DescriptorTables.External;
        var flags = PushedFlags(fault, isException);
        if (InterruptGate.Read(state, memory, fault.Vector, isSoftware, out var gate) is { } badGate)
        {
            return badGate;
        }

        if (descriptors.FindCode(gate.Selector, external, out var code) is { } badCode)
        {
            return badCode;
        }

        if ((code.Flags & (SegmentRegister.Long | SegmentRegister.Big)) != SegmentRegister.Long)
        {
            return new GuestFault(GuestFault.Protection, (gate.Selector & ~3u) | external);
        }

        var level = LevelOf(code);
        var goesIn = level < state.PrivilegeLevel;
        var pointer = state.General[StackPointer];
        if ((gate.Stack != 0 || goesIn)
            && descriptors.FindLongStack(level, gate.Stack, external, out pointer) is { } badStack)
        {
            return badStack;
        }

        var stack = new StackFrame(memory, 0, ulong.MaxValue, pointer & ~0xful, 8, asUser: level == 3);
        stack.Push(state.Segment(SegmentNumber.Ss).Selector);
        stack.Push(state.General[StackPointer]);
        PushReturn(ref stack, flags, fault, isException);
        if (memory.Fault is { } pushFault)
        {
            return pushFault;
        }

        // Of an inner level, a null selector that keeps its level.
        var segment = goesIn
            ? new SegmentRegister((ushort)level, 0, 0, (uint)level << 13)
            : state.Segment(SegmentNumber.Ss);
        EnterHandler(gate, stack, code, level, segment);
        return null;
    }

    /// <summary>A fault's image has RF set, so that no instruction breakpoint hits again behind the handler (17.3.1.1).</summary>
    private uint PushedFlags(GuestFault fault, bool isException) =>
        state.Flags | (isException && fault.IsFault ? ResumeFlag : 0);

    private int LevelOf(SegmentRegister code) =>
        (code.Flags & SegmentRegister.Conforming) != 0 ? state.PrivilegeLevel : code.PrivilegeLevel;

    private void PushReturn(ref StackFrame stack, uint flags, GuestFault fault, bool isException)
    {
        stack.Push(flags);
        stack.Push(state.Segment(SegmentNumber.Cs).Selector);
        stack.Push(state.InstructionPointer);
        if (fault.HasErrorCode && isException)
        {
            stack.Push(fault.ErrorCode);
        }
    }

    private void EnterHandler(
        InterruptGate gate, StackFrame stack, SegmentRegister code, int level, SegmentRegister stackSegment)
    {
        state.Flags &= ~(TrapFlag | VirtualMode | ResumeFlag | NestedTask | (gate.Masks ? InterruptFlag : 0));
        state.LoadSegment(SegmentNumber.Ss, stackSegment);
        state.General[StackPointer] = stack.Pointer;
        state.LoadSegment(SegmentNumber.Cs, code with { Selector = (ushort)((gate.Selector & ~3) | level) });
        state.InstructionPointer = gate.Offset;
    }
}
