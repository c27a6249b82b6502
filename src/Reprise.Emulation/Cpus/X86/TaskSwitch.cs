using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: the switch to another task by a task gate of the IDT (SDM volume 3, 7.3). Switches by far transfers and by IRET
// are Unicorn's.
//
// All of the new task's state is read, and the old one's written, before a register changes; a fault that comes later
// belongs to the new task, as the manual has it.

/// <summary>Enters the task of a task gate. Its state is one of 32 bits; those of 16 bits are not done.</summary>
internal sealed class TaskSwitch(X86State state, LinearMemory memory, DescriptorTables descriptors)
{
    private const uint NestedTask = 1 << 14;
    private const ulong TaskSwitched = 1 << 3;
    private const ulong Paging = 1ul << 31;
    private const ulong LocalBreakpoints = 0x155;

    private const uint StateLength = 104;
    private const uint Cr3Offset = 28;
    private const uint PointerOffset = 32;
    private const uint FlagsOffset = 36;
    private const uint GeneralOffset = 40;
    private const uint SegmentsOffset = 72;
    private const uint LocalTableOffset = 96;
    private const int GeneralCount = 8;
    private const int SegmentCount = 6;
    private const int StackPointer = 4;
    private const int AvailableTask = 9;
    private const int LocalTable = 2;

    /// <param name="selector">Of the task.</param>
    /// <param name="external">What error codes of this have in bit 0.</param>
    /// <param name="flags">EFLAGS as the old task keeps them.</param>
    /// <param name="errorCode">Pushed on the new task's stack; null for none.</param>
    /// <returns>The fault that this raises; null for none.</returns>
    public GuestFault? Enter(ushort selector, uint external, uint flags, uint? errorCode)
    {
        var error = (selector & ~3u) | external;
        if ((selector & ~3) == 0 || (selector & 4) != 0 || !descriptors.TryRead(selector, out var task)
            || (task.Flags >> 8 & 0x1f) != AvailableTask)
        {
            return memory.Fault ?? new GuestFault(GuestFault.Protection, error);
        }

        if ((task.Flags & SegmentRegister.Present) == 0)
        {
            return new GuestFault(GuestFault.NotPresent, error);
        }

        if (task.Limit < StateLength - 1)
        {
            return new GuestFault(GuestFault.InvalidTss, error);
        }

        var saved = new uint[StateLength / 4];
        for (var i = 0u; i < saved.Length; i++)
        {
            saved[i] = (uint)memory.Read(task.Base + i * 4, 4);
        }

        SaveOld(flags);
        var old = state.Segment(SegmentNumber.Tr);
        memory.Write(task.Base, old.Selector, 2, asUser: false);
        descriptors.MarkBusy(selector, task);
        if (memory.Fault is { } fault)
        {
            return fault;
        }

        LoadRegisters(saved);
        state.SetSegment(SegmentNumber.Tr, task with { Selector = selector, Flags = task.Flags | 2 << 8 });
        return LoadSegments(saved, external) ?? Push(errorCode);
    }

    private void SaveOld(uint flags)
    {
        var old = state.Segment(SegmentNumber.Tr).Base;
        Write(PointerOffset, (uint)state.InstructionPointer);
        Write(FlagsOffset, flags);
        for (var i = 0; i < GeneralCount; i++)
        {
            Write(GeneralOffset + (uint)i * 4, (uint)state.General[i]);
        }

        for (var i = 0; i < SegmentCount; i++)
        {
            memory.Write(
                old + SegmentsOffset + (uint)i * 4, state.Segment((SegmentNumber)i).Selector, 2, asUser: false);
        }

        void Write(uint offset, uint value) => memory.Write(old + offset, value, 4, asUser: false);
    }

    private void LoadRegisters(uint[] saved)
    {
        if ((state.Cr0 & Paging) != 0)
        {
            state.Cr3 = saved[Cr3Offset / 4];
        }

        state.InstructionPointer = saved[PointerOffset / 4];
        state.Flags = (saved[FlagsOffset / 4] | NestedTask) & ~X86State.VirtualMode;
        for (var i = 0; i < GeneralCount; i++)
        {
            state.General[i] = saved[GeneralOffset / 4 + i];
        }

        state.WriteControl(X86Register.Cr0, state.Cr0 | TaskSwitched);
        state.Debug[7] &= ~LocalBreakpoints;
    }

    /// <summary>Selectors first, as all that a fault in between leaves, then what they name.</summary>
    private GuestFault? LoadSegments(uint[] saved, uint external)
    {
        for (var i = 0; i < SegmentCount; i++)
        {
            state.SetSegment((SegmentNumber)i, state.Segment((SegmentNumber)i) with { Selector = Selector(i) });
        }

        var local = (ushort)saved[LocalTableOffset / 4];
        if (Load(local, mayBeNull: true, external, out var table, segment => (segment.Flags >> 8 & 0x1f) == LocalTable)
            is { } badTable)
        {
            return badTable;
        }

        state.SetSegment(SegmentNumber.Ldtr, table);
        var level = Selector((int)SegmentNumber.Cs) & 3;
        if (Load(Selector((int)SegmentNumber.Cs), mayBeNull: false, external, out var code, IsCode) is { } badCode)
        {
            return badCode;
        }

        state.LoadSegment(SegmentNumber.Cs, code);
        if (descriptors.CheckStack(Selector((int)SegmentNumber.Ss), level, external, out var stack) is { } badStack)
        {
            return badStack;
        }

        state.LoadSegment(SegmentNumber.Ss, stack);
        foreach (var number in (ReadOnlySpan<SegmentNumber>)
            [SegmentNumber.Es, SegmentNumber.Ds, SegmentNumber.Fs, SegmentNumber.Gs])
        {
            if (Load(Selector((int)number), mayBeNull: true, external, out var data, IsReadable) is { } bad)
            {
                return bad;
            }

            state.LoadSegment(number, data);
        }

        return null;

        ushort Selector(int number) => (ushort)saved[SegmentsOffset / 4 + number];

        bool IsReadable(SegmentRegister segment) =>
            (segment.Flags & SegmentRegister.NotSystem) != 0
            && (segment.Flags & (SegmentRegister.Code | SegmentRegister.Readable)) != SegmentRegister.Code
            && ((segment.Flags & SegmentRegister.Conforming) != 0 && (segment.Flags & SegmentRegister.Code) != 0
                || segment.PrivilegeLevel >= Math.Max(level, segment.Selector & 3));

        bool IsCode(SegmentRegister segment)
        {
            const uint kind = SegmentRegister.NotSystem | SegmentRegister.Code;
            return (segment.Flags & kind) == kind
                && ((segment.Flags & SegmentRegister.Conforming) != 0
                    ? segment.PrivilegeLevel <= level
                    : segment.PrivilegeLevel == level);
        }
    }

    private GuestFault? Load(
        ushort selector, bool mayBeNull, uint external, out SegmentRegister segment, Func<SegmentRegister, bool> isRight)
    {
        segment = new SegmentRegister(selector, 0, 0, 0);
        if ((selector & ~3) == 0 && mayBeNull)
        {
            return null;
        }

        var error = (selector & ~3u) | external;
        return (selector & ~3) == 0 || !descriptors.TryRead(selector, out segment) || !isRight(segment)
            ? memory.Fault ?? new GuestFault(GuestFault.InvalidTss, error)
            : (segment.Flags & SegmentRegister.Present) == 0 ? new GuestFault(GuestFault.NotPresent, error) : null;
    }

    private GuestFault? Push(uint? errorCode)
    {
        if (errorCode is { } code)
        {
            var stack = StackFrame.In(
                memory, state.Segment(SegmentNumber.Ss), state.General[StackPointer], 4, state.PrivilegeLevel == 3);
            stack.Push(code);
            state.General[StackPointer] = memory.Fault is null ? stack.Pointer : state.General[StackPointer];
        }

        return memory.Fault;
    }
}
