using Iced.Intel;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Operands in memory of instructions that have not run yet, read without a trace.</summary>
/// <param name="state">The registers.</param>
/// <param name="tables">Says what may be accessed.</param>
/// <param name="memory">Where they are.</param>
internal sealed class OperandMemory(X86State state, PageTables tables, LinearMemory memory)
{
    private readonly OperandAddresses _addresses = new(state);

    /// <param name="instruction">It has one operand in memory, of at most 16 bytes.</param>
    /// <param name="access">What the instruction does.</param>
    /// <param name="value">The operand.</param>
    /// <returns>False: that access would fault, or the operand is no memory.</returns>
    public bool TryRead(in Instruction instruction, MemoryAccess access, out UInt128 value)
    {
        value = 0;
        var size = instruction.MemorySize.GetSize();
        if (Linear(instruction) is not { } address || size == 0
            || !IsAllowed(address, access) || !IsAllowed(address + (uint)size - 1, access)
            || memory.Peek(address, Math.Min(size, sizeof(ulong))) is not { } low
            || (size > sizeof(ulong) ? memory.Peek(address + sizeof(ulong), size - sizeof(ulong)) : 0) is not { } high)
        {
            return false;
        }

        value = new UInt128(high, low);
        return true;
    }

    /// <summary>Puts another value where the instruction has just stored one.</summary>
    public void Overwrite(ulong address, UInt128 value, int size)
    {
        memory.Write(address, (ulong)value, Math.Min(size, sizeof(ulong)), asUser: false);
        if (size > sizeof(ulong))
        {
            memory.Write(address + sizeof(ulong), (ulong)(value >> 64), size - sizeof(ulong), asUser: false);
        }
    }

    /// <summary>Its linear address; null when there is none.</summary>
    public ulong? Linear(in Instruction instruction) => _addresses.OfOperand(instruction);

    /// <summary>Its segment's selector, and its offset there; null when there is none.</summary>
    public (ushort Selector, ulong Offset)? Find(in Instruction instruction)
    {
        if (instruction.MemorySize == MemorySize.Unknown || Linear(instruction) is not { } address)
        {
            return null;
        }

        var number = instruction.MemorySegment switch
        {
            Register.ES => SegmentNumber.Es,
            Register.CS => SegmentNumber.Cs,
            Register.SS => SegmentNumber.Ss,
            Register.FS => SegmentNumber.Fs,
            Register.GS => SegmentNumber.Gs,
            _ => SegmentNumber.Ds,
        };
        var segment = state.Segment(number);
        var offset = state.Bitness == 64 && number < SegmentNumber.Fs ? address : address - segment.Base;
        return (segment.Selector, state.IsLongMode ? offset : (uint)offset);
    }

    private bool IsAllowed(ulong address, MemoryAccess access) =>
        tables.IsCanonical(address)
        && tables.TryAccess(state.IsLongMode ? address : (uint)address, access, state.PrivilegeLevel == 3, out _, out _);
}
