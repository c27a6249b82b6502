using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: the switch to another task (SDM volume 3, 7.3). Unicorn's own leaves a task half switched when one of its accesses
// has to be told of, or fails.
//
// All of the new task's state is read, and the old one's written, before a register changes, and in an order in which all of
// it can be done again; a fault that comes later belongs to the new task, as the manual has it.

/// <summary>Switches to a task of 32 or 16 bits.</summary>
internal sealed class TaskSwitch(X86State state, LinearMemory memory, DescriptorTables descriptors)
{
    private const uint NestedTask = 1 << 14;
    private const uint WideFlags = 0x3f_7fd5;
    private const uint NarrowFlags = 0x7fd5;
    private const ulong TaskSwitched = 1 << 3;
    private const ulong Paging = 1ul << 31;
    private const ulong LocalBreakpoints = 0x155;
    private const ulong TrappedTask = 1 << 15; // DR6.BT

    private const int GeneralCount = 8;
    private const int SegmentCount = 6;
    private const int StackPointer = 4;
    private const uint NarrowUpperHalf = 0xffff_0000; // of general registers, which the manual leaves open: as QEMU has it
    private const int LocalTable = 2;

    /// <summary>Registers are those of the new task, even if a fault kept it from beginning.</summary>
    public bool HasSwitched { get; private set; }

    /// <summary>Before what may be a switch.</summary>
    public void Begin() => HasSwitched = false;

    /// <param name="selector">Of the new task's state.</param>
    /// <param name="kind">How the old one is left.</param>
    /// <param name="external">What error codes of this have in bit 0.</param>
    /// <param name="flags">EFLAGS as the old task keeps them.</param>
    /// <param name="pointer">Where the old task goes on.</param>
    /// <param name="errorCode">Pushed on the new task's stack; null for none.</param>
    /// <returns>The fault that this raises, or the trap of the new task (7.2.1, T flag); null for none.</returns>
    public GuestFault? Enter(
        ushort selector, TaskSwitchKind kind, uint external, uint flags, ulong pointer, uint? errorCode = null)
    {
        var error = (selector & ~3u) | external;
        var isReturn = kind == TaskSwitchKind.Return;
        if ((selector & ~3) == 0 || (selector & 4) != 0 || !descriptors.TryRead(selector, out var task)
            || !(isReturn ? TaskLayout.IsBusy(task) : TaskLayout.IsAvailable(task)))
        {
            return memory.Fault ?? new GuestFault(isReturn ? GuestFault.InvalidTss : GuestFault.Protection, error);
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
        SaveOld(isReturn ? flags & ~NestedTask : flags, (uint)pointer);
        var old = state.Segment(SegmentNumber.Tr);
        if (kind == TaskSwitchKind.Call)
        {
            memory.Write(task.Base, old.Selector, 2, asUser: false);
        }
        else
        {
            descriptors.MarkAvailable(old.Selector);
        }

        descriptors.MarkBusy(selector);
        if (memory.Fault is { } fault)
        {
            return fault;
        }

        HasSwitched = true;
        LoadRegisters(saved, kind);
        state.SetSegment(SegmentNumber.Tr, TaskLayout.Busy(task));
        return LoadSegments(saved, external) ?? Push(errorCode, layout.Width) ?? CheckPointer(external) ?? Trap(saved);
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
            Register(layout.Flags) & (layout.Width == 2 ? NarrowFlags : WideFlags),
            general,
            selectors,
            (ushort)Register(layout.LocalTable),
            layout.Trap is { } trap && (Register(trap) & 1) != 0);

        uint Register(uint offset) => (uint)memory.Read(task + offset, layout.Width);
    }

    private void SaveOld(uint flags, uint pointer)
    {
        var old = state.Segment(SegmentNumber.Tr);
        var layout = TaskLayout.Of(old);
        Write(layout.Pointer, pointer, layout.Width);
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

    private void LoadRegisters(Saved saved, TaskSwitchKind kind)
    {
        if ((state.Cr0 & Paging) != 0 && saved.Cr3 is { } tables)
        {
            state.Cr3 = tables;
        }

        state.InstructionPointer = saved.Pointer;
        state.Flags = saved.Flags | (kind == TaskSwitchKind.Call ? NestedTask : 0);
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
        var isVirtual = (saved.Flags & X86State.VirtualMode) != 0;
        var level = isVirtual ? 3 : Selector((int)SegmentNumber.Cs) & 3;
        state.PrivilegeLevel = level;
        for (var i = 0; i < SegmentCount; i++)
        {
            var number = (SegmentNumber)i;
            state.SetSegment(number, isVirtual
                ? SegmentRegister.VirtualMode(Selector(i))
                : state.Segment(number) with { Selector = Selector(i) });
        }

        if (Load(saved.LocalTable, mayBeNull: true, external, out var table, segment => (segment.Flags >> 8 & 0x1f) == LocalTable)
            is { } badTable)
        {
            return badTable;
        }

        state.SetSegment(SegmentNumber.Ldtr, table);
        if (isVirtual)
        {
            // With the modes that come of them.
            state.LoadSegment(SegmentNumber.Ss, state.Segment(SegmentNumber.Ss));
            state.LoadSegment(SegmentNumber.Cs, state.Segment(SegmentNumber.Cs));
            return null;
        }

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

    private GuestFault? CheckPointer(uint external) =>
        state.InstructionPointer > state.Segment(SegmentNumber.Cs).Limit ? new GuestFault(GuestFault.Protection, external) : null;

    private GuestFault? Trap(Saved saved)
    {
        if (!saved.IsTrapped)
        {
            return null;
        }

        state.Debug[6] |= TrappedTask;
        return new GuestFault(GuestFault.Debug);
    }

    /// <summary>A task's registers; FS and GS of one of 16 bits are null.</summary>
    private readonly record struct Saved(
        uint? Cr3, uint Pointer, uint Flags, uint[] General, ushort[] Selectors, ushort LocalTable, bool IsTrapped);
}
