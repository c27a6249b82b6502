namespace Reprise.Emulation.Cpus.X86;

/// <summary>Descriptors of the GDT and the LDT, as the entry of an exception and a switch of tasks look for them.</summary>
internal sealed class DescriptorTables(X86State state, LinearMemory memory)
{
    /// <summary>A bit of an error code: the event is not the program's own (SDM volume 3, 6.13).</summary>
    public const uint External = 1;

    private const ulong BusyBit = 2;

    /// <summary>The code segment of a handler.</summary>
    public GuestFault? FindCode(ushort selector, uint external, out SegmentRegister code)
    {
        code = default;
        if ((selector & ~3) == 0)
        {
            return new GuestFault(GuestFault.Protection, external);
        }

        var error = (selector & ~3u) | external;
        if (!TryRead(selector, out code))
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
    public GuestFault? FindStack(int level, uint external, out SegmentRegister stack, out ulong pointer)
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
        return memory.Fault ?? CheckStack(selector, level, external, out stack);
    }

    /// <summary>In long mode: the stack pointer of a level, or of the IST when that is not 0 (7.7).</summary>
    public GuestFault? FindLongStack(int level, int number, uint external, out ulong pointer)
    {
        pointer = 0;
        var task = state.Segment(SegmentNumber.Tr);
        var offset = number != 0 ? 28u + (uint)number * 8 : 4u + (uint)level * 8;
        if (offset + 7 > task.Limit)
        {
            return new GuestFault(GuestFault.InvalidTss, (task.Selector & ~3u) | external);
        }

        pointer = memory.Read(task.Base + offset, 8);
        return memory.Fault;
    }

    /// <summary>The stack segment of a level, by its selector.</summary>
    public GuestFault? CheckStack(ushort selector, int level, uint external, out SegmentRegister stack)
    {
        stack = default;
        var error = (selector & ~3u) | external;
        if ((selector & ~3) == 0 || (selector & 3) != level || !TryRead(selector, out stack))
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

    /// <summary>Reads a descriptor; false when it is outside of its table, or can't be read.</summary>
    public bool TryRead(ushort selector, out SegmentRegister segment)
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

    /// <summary>The type of a descriptor, and S above it, without a trace of the look; null where there is none.</summary>
    public int? PeekType(ushort selector)
    {
        var table = state.Segment((selector & 4) != 0 ? SegmentNumber.Ldtr : SegmentNumber.Gdtr);
        var offset = selector & ~7u;
        return offset + 7 <= table.Limit && memory.Peek(table.Base + offset + 5, 1) is { } access ? (int)(access & 0x1f) : null;
    }

    /// <summary>
    /// The base of a present system descriptor of 16 bytes in the GDT, without a trace of the look; null where there is none of that
    /// type.
    /// </summary>
    public ulong? PeekLongBase(ushort selector, int type)
    {
        var table = state.Segment(SegmentNumber.Gdtr);
        var offset = selector & ~7u;
        if (offset + 15 > table.Limit
            || memory.Peek(table.Base + offset, 8) is not { } low || memory.Peek(table.Base + offset + 8, 4) is not { } high
            || ((uint)(low >> 32) & SegmentRegister.Present) == 0 || (int)(low >> 40 & 0x1f) != type)
        {
            return null;
        }

        return (low >> 16 & 0xff_ffff) | (low >> 56 << 24) | (high << 32);
    }

    /// <summary>Marks the descriptor of a task as busy.</summary>
    public void MarkBusy(ushort selector)
    {
        var type = TypeAddress(selector);
        memory.Write(type, memory.Read(type, 1) | BusyBit, 1, asUser: false);
    }

    /// <summary>Marks the descriptor of a task as one that can be entered.</summary>
    public void MarkAvailable(ushort selector)
    {
        var type = TypeAddress(selector);
        memory.Write(type, memory.Read(type, 1) & ~BusyBit, 1, asUser: false);
    }

    /// <summary>Of a descriptor of the GDT, where those of tasks are.</summary>
    private ulong TypeAddress(ushort selector) => state.Segment(SegmentNumber.Gdtr).Base + (selector & ~7u) + 5;
}
