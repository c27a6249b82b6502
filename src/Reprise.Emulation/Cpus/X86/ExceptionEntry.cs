namespace Reprise.Emulation.Cpus.X86;

// Goal: enter an exception or interrupt handler, as SDM volume 3, 6.12 to 6.14 and 20.1.4 have it. Unicorn reports
// exceptions and enters none.
//
// Each entry reads and pushes first and loads registers last: one that faults on the way has changed no register, and the
// processor then enters the fault instead.

/// <summary>Enters handlers through the real-mode vector table or the IDT.</summary>
internal sealed class ExceptionEntry(X86State state, LinearMemory memory)
{
    private const uint TrapFlag = 1 << 8;
    private const uint InterruptFlag = 1 << 9;
    private const uint NestedTask = 1 << 14;
    private const uint ResumeFlag = 1 << 16;
    private const uint VirtualMode = X86State.VirtualMode;
    private const uint AlignmentFlag = 1 << 18;

    private const int InterruptGate16 = 6;
    private const int TrapGate16 = 7;
    private const int InterruptGate32 = 14;
    private const int TrapGate32 = 15;

    private const int StackPointer = 4;

    /// <summary>Enters a handler.</summary>
    /// <param name="fault">Which one.</param>
    /// <param name="isSoftware">It comes from INT n, INT3 or INTO: the gate must allow it.</param>
    /// <param name="isExternal">It comes from an interrupt controller: its vector says nothing about what it is.</param>
    /// <returns>The fault that kept it from being entered; null when it is entered.</returns>
    public GuestFault? Enter(GuestFault fault, bool isSoftware, bool isExternal)
    {
        memory.Begin();
        var isException = !isSoftware && !isExternal;
        if (fault.Vector == GuestFault.PageFault && isException)
        {
            state.Cr2 = fault.Address;
        }

        return (state.Cr0 & 1) == 0 ? EnterReal(fault.Vector)
            : state.IsLongMode ? EnterLong(fault, isSoftware, isException)
            : EnterProtected(fault, isSoftware, isException);
    }

    private static bool IsInterruptGate(int type) => type is InterruptGate16 or InterruptGate32;

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
        var external = isSoftware ? 0u : 1u;
        var gateError = fault.Vector * 8u + 2 + external;
        var table = state.Segment(SegmentNumber.Idtr);
        if (fault.Vector * 8u + 7 > table.Limit)
        {
            return new GuestFault(GuestFault.Protection, gateError);
        }

        var low = (uint)memory.Read(table.Base + fault.Vector * 8u, 4);
        var high = (uint)memory.Read(table.Base + fault.Vector * 8u + 4, 4);
        var type = (int)(high >> 8 & 0x1f);
        if (memory.Fault is { } missing)
        {
            return missing;
        }

        // A task gate (type 5) is not done: docs/qemu-differences.md.
        if (type is not (InterruptGate16 or TrapGate16 or InterruptGate32 or TrapGate32)
            || (isSoftware && (high >> 13 & 3) < state.PrivilegeLevel))
        {
            return new GuestFault(GuestFault.Protection, gateError);
        }

        if ((high & SegmentRegister.Present) == 0)
        {
            return new GuestFault(GuestFault.NotPresent, gateError);
        }

        var selector = (ushort)(low >> 16);
        if (FindCode(selector, external, out var code) is { } bad)
        {
            return bad;
        }

        var is32 = type is InterruptGate32 or TrapGate32;
        var flags = state.Flags;
        var isVirtual = (flags & VirtualMode) != 0;
        var level = (code.Flags & SegmentRegister.Conforming) != 0 ? state.PrivilegeLevel : code.PrivilegeLevel;
        var goesIn = level < state.PrivilegeLevel;
        if (isVirtual && level != 0)
        {
            return new GuestFault(GuestFault.Protection, (selector & ~3u) | external);
        }

        var stackSegment = state.Segment(SegmentNumber.Ss);
        var pointer = state.General[StackPointer];
        if (goesIn && FindStack(level, external, out stackSegment, out pointer) is { } badStack)
        {
            return badStack;
        }

        var stack = StackFrame.In(memory, stackSegment, pointer, is32 ? 4 : 2, asUser: level == 3);
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

        stack.Push(flags);
        stack.Push(state.Segment(SegmentNumber.Cs).Selector);
        stack.Push(state.InstructionPointer);
        if (fault.HasErrorCode && isException)
        {
            stack.Push(fault.ErrorCode);
        }

        if (memory.Fault is { } pushFault)
        {
            return pushFault;
        }

        flags &= ~(TrapFlag | VirtualMode | ResumeFlag | NestedTask | (IsInterruptGate(type) ? InterruptFlag : 0));
        state.Flags = flags;
        if (isVirtual)
        {
            foreach (var number in (ReadOnlySpan<SegmentNumber>)
                [SegmentNumber.Es, SegmentNumber.Ds, SegmentNumber.Fs, SegmentNumber.Gs])
            {
                state.LoadSegment(number, default);
            }
        }

        state.LoadSegment(SegmentNumber.Ss, goesIn ? stackSegment : state.Segment(SegmentNumber.Ss));
        state.General[StackPointer] = stack.Pointer;
        state.LoadSegment(SegmentNumber.Cs, code with { Selector = (ushort)((selector & ~3) | level) });
        state.InstructionPointer = (low & 0xffff) | (is32 ? high & 0xffff_0000 : 0);
        return null;
    }

    /// <summary>6.14: gates of 16 bytes, stacks of the IST, frames aligned to 16 bytes.</summary>
    private GuestFault? EnterLong(GuestFault fault, bool isSoftware, bool isException)
    {
        var external = isSoftware ? 0u : 1u;
        var gateError = fault.Vector * 8u + 2 + external;
        var table = state.Segment(SegmentNumber.Idtr);
        if (fault.Vector * 16u + 15 > table.Limit)
        {
            return new GuestFault(GuestFault.Protection, gateError);
        }

        var gate = table.Base + fault.Vector * 16u;
        var low = (uint)memory.Read(gate, 4);
        var high = (uint)memory.Read(gate + 4, 4);
        var top = memory.Read(gate + 8, 4);
        var type = (int)(high >> 8 & 0x1f);
        if (memory.Fault is { } missing)
        {
            return missing;
        }

        if (type is not (InterruptGate32 or TrapGate32) || (isSoftware && (high >> 13 & 3) < state.PrivilegeLevel))
        {
            return new GuestFault(GuestFault.Protection, gateError);
        }

        if ((high & SegmentRegister.Present) == 0)
        {
            return new GuestFault(GuestFault.NotPresent, gateError);
        }

        var selector = (ushort)(low >> 16);
        if (FindCode(selector, external, out var code) is { } bad)
        {
            return bad;
        }

        if ((code.Flags & (SegmentRegister.Long | SegmentRegister.Big)) != SegmentRegister.Long)
        {
            return new GuestFault(GuestFault.Protection, (selector & ~3u) | external);
        }

        var level = (code.Flags & SegmentRegister.Conforming) != 0 ? state.PrivilegeLevel : code.PrivilegeLevel;
        var goesIn = level < state.PrivilegeLevel;
        var pointer = state.General[StackPointer];
        var ist = (int)(high & 7);
        if (ist != 0 || goesIn)
        {
            var task = state.Segment(SegmentNumber.Tr);
            var offset = ist != 0 ? 28u + (uint)ist * 8 : 4u + (uint)level * 8;
            if (offset + 7 > task.Limit)
            {
                return new GuestFault(GuestFault.InvalidTss, (task.Selector & ~3u) | external);
            }

            pointer = memory.Read(task.Base + offset, 8);
        }

        var stack = new StackFrame(memory, 0, ulong.MaxValue, pointer & ~0xful, 8, asUser: level == 3);
        var flags = state.Flags;
        stack.Push(state.Segment(SegmentNumber.Ss).Selector);
        stack.Push(state.General[StackPointer]);
        stack.Push(flags);
        stack.Push(state.Segment(SegmentNumber.Cs).Selector);
        stack.Push(state.InstructionPointer);
        if (fault.HasErrorCode && isException)
        {
            stack.Push(fault.ErrorCode);
        }

        if (memory.Fault is { } pushFault)
        {
            return pushFault;
        }

        state.Flags = flags & ~(TrapFlag | VirtualMode | ResumeFlag | NestedTask | (IsInterruptGate(type) ? InterruptFlag : 0));
        if (goesIn)
        {
            // A null selector that keeps its level.
            state.LoadSegment(SegmentNumber.Ss, new SegmentRegister((ushort)level, 0, 0, (uint)level << 13));
        }

        state.General[StackPointer] = stack.Pointer;
        state.LoadSegment(SegmentNumber.Cs, code with { Selector = (ushort)((selector & ~3) | level) });
        state.InstructionPointer = (low & 0xffff) | (high & 0xffff_0000) | top << 32;
        return null;
    }

    private GuestFault? FindCode(ushort selector, uint external, out SegmentRegister code)
    {
        code = default;
        if ((selector & ~3) == 0)
        {
            return new GuestFault(GuestFault.Protection, external);
        }

        var error = (selector & ~3u) | external;
        if (!TryReadDescriptor(selector, out code))
        {
            return memory.Fault ?? new GuestFault(GuestFault.Protection, error);
        }

        const uint kind = SegmentRegister.NotSystem | SegmentRegister.Code;
        return (code.Flags & kind) != kind || code.PrivilegeLevel > state.PrivilegeLevel
            ? new GuestFault(GuestFault.Protection, error)
            : (code.Flags & SegmentRegister.Present) == 0
            ? new GuestFault(GuestFault.NotPresent, error)
            : null;
    }

    /// <summary>The stack of an inner level, from the task's state (6.12.1, 7.2.1).</summary>
    private GuestFault? FindStack(int level, uint external, out SegmentRegister stack, out ulong pointer)
    {
        stack = default;
        var task = state.Segment(SegmentNumber.Tr);
        var is32 = (task.Flags >> 8 & 8) != 0;
        var offset = is32 ? (uint)level * 8 + 4 : (uint)level * 4 + 2;
        var size = is32 ? 4 : 2;
        pointer = 0;
        if (offset + (uint)size + 1 > task.Limit)
        {
            return new GuestFault(GuestFault.InvalidTss, (task.Selector & ~3u) | external);
        }

        pointer = memory.Read(task.Base + offset, size);
        var selector = (ushort)memory.Read(task.Base + offset + (uint)size, 2);
        if (memory.Fault is { } fault)
        {
            return fault;
        }

        var error = (selector & ~3u) | external;
        if ((selector & ~3) == 0 || (selector & 3) != level || !TryReadDescriptor(selector, out stack))
        {
            return memory.Fault ?? new GuestFault(GuestFault.InvalidTss, error);
        }

        const uint wanted = SegmentRegister.NotSystem | SegmentRegister.Writable;
        return stack.PrivilegeLevel != level || (stack.Flags & (wanted | SegmentRegister.Code)) != wanted
            ? new GuestFault(GuestFault.InvalidTss, error)
            : (stack.Flags & SegmentRegister.Present) == 0
            ? new GuestFault(GuestFault.Stack, error)
            : null;
    }

    private bool TryReadDescriptor(ushort selector, out SegmentRegister segment)
    {
        segment = default;
        var table = state.Segment((selector & 4) != 0 ? SegmentNumber.Ldtr : SegmentNumber.Gdtr);
        var offset = selector & ~7u;
        if (offset + 7 > table.Limit)
        {
            return false;
        }

        var low = (uint)memory.Read(table.Base + offset, 4);
        var high = (uint)memory.Read(table.Base + offset + 4, 4);
        segment = SegmentRegister.FromDescriptor(selector, low, high);
        return memory.Fault is null;
    }
}
