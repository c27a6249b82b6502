using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: the switch to another task by a task gate of the IDT (SDM volume 3, 7.3). Switches by far transfers and by IRET
// are Unicorn's.
//
// All of the new task's state is read, and the old one's written, before a register changes; a fault that comes later
// belongs to the new task, as the manual has it.

/// <summary>Enters the task of a task gate, of 32 or 16 bits.</summary>
internal sealed class TaskSwitch(X86State state, LinearMemory memory, DescriptorTables descriptors)
{
    private const uint NestedTask = 1 << 14;
    private const ulong TaskSwitched = 1 << 3;
    private const ulong Paging = 1ul << 31;
    private const ulong LocalBreakpoints = 0x155;

    private const int GeneralCount = 8;
    private const int SegmentCount = 6;
    private const int StackPointer = 4;
    private const uint AvailableTask = 9;
    private const uint AvailableNarrowTask = 1;
    private const uint NarrowUpperHalf = 0xffff_0000; // of general registers, which the manual leaves open: as QEMU has it
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
            || (task.Flags >> 8 & 0x1f) is not (AvailableTask or AvailableNarrowTask))
        {
            return memory.Fault ?? new GuestFault(GuestFault.Protection, error);
        }

        if ((task.Flags & SegmentRegister.Present) == 0)
        {
            return new GuestFault(GuestFault.NotPresent, error);
        }

        var layout = TaskLayout.Of(task);
        if (task.Limit < layout.Length - 1)
        {
            return new GuestFault(GuestFault.InvalidTss, error);
        }

        var saved = Read(task.Base, layout);
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
        return LoadSegments(saved, external) ?? Push(errorCode, layout.Width);
    }

    private Saved Read(ulong task, TaskLayout layout)
    {
        var general = new uint[GeneralCount];
        for (var i = 0; i < GeneralCount; i++)
        {
            general[i] = Register(layout.General + (uint)(i * layout.Width)) | (layout.Width == 2 ? NarrowUpperHalf : 0);
        }

        var selectors = new ushort[SegmentCount];
        for (var i = 0; i < layout.SegmentCount; i++)
        {
            selectors[i] = (ushort)Register(layout.Segments + (uint)(i * layout.Width));
        }

        return new Saved(
            layout.Cr3 is { } cr3 ? Register(cr3) : null,
            Register(layout.Pointer),
            Register(layout.Flags),
            general,
            selectors,
            (ushort)Register(layout.LocalTable));

        uint Register(uint offset) => (uint)memory.Read(task + offset, layout.Width);
    }

    private void SaveOld(uint flags)
    {
        var old = state.Segment(SegmentNumber.Tr);
        var layout = TaskLayout.Of(old);
        Write(layout.Pointer, (uint)state.InstructionPointer, layout.Width);
        Write(layout.Flags, flags, layout.Width);
        for (var i = 0; i < GeneralCount; i++)
        {
            Write(layout.General + (uint)(i * layout.Width), (uint)state.General[i], layout.Width);
        }

        for (var i = 0; i < layout.SegmentCount; i++)
        {
            Write(layout.Segments + (uint)(i * layout.Width), state.Segment((SegmentNumber)i).Selector, 2);
        }

        void Write(uint offset, uint value, int size) => memory.Write(old.Base + offset, value, size, asUser: false);
    }

    private void LoadRegisters(Saved saved)
    {
        if ((state.Cr0 & Paging) != 0 && saved.Cr3 is { } tables)
        {
            state.Cr3 = tables;
        }

        state.InstructionPointer = saved.Pointer;
        state.Flags = (saved.Flags | NestedTask) & ~X86State.VirtualMode;
        for (var i = 0; i < GeneralCount; i++)
        {
            state.General[i] = saved.General[i];
        }

        state.WriteControl(X86Register.Cr0, state.Cr0 | TaskSwitched);
        state.Debug[7] &= ~LocalBreakpoints;
    }

    /// <summary>Selectors first, as all that a fault in between leaves, then what they name.</summary>
    private GuestFault? LoadSegments(Saved saved, uint external)
    {
        for (var i = 0; i < SegmentCount; i++)
        {
            state.SetSegment((SegmentNumber)i, state.Segment((SegmentNumber)i) with { Selector = Selector(i) });
        }

        if (Load(saved.LocalTable, mayBeNull: true, external, out var table, segment => (segment.Flags >> 8 & 0x1f) == LocalTable)
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

        ushort Selector(int number) => saved.Selectors[number];

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

    private GuestFault? Push(uint? errorCode, int size)
    {
        if (errorCode is { } code)
        {
            var stack = StackFrame.In(
                memory, state.Segment(SegmentNumber.Ss), state.General[StackPointer], size, state.PrivilegeLevel == 3);
            stack.Push(code);
            state.General[StackPointer] = memory.Fault is null ? stack.Pointer : state.General[StackPointer];
        }

        return memory.Fault;
    }

    /// <summary>A task's registers; FS and GS of one of 16 bits are null.</summary>
    private readonly record struct Saved(
        uint? Cr3, uint Pointer, uint Flags, uint[] General, ushort[] Selectors, ushort LocalTable);
}
