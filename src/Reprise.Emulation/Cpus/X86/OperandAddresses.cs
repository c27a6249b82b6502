using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Where the operands of an instruction are in memory.</summary>
/// <param name="state">The registers, as they are before the instruction.</param>
internal sealed class OperandAddresses(X86State state)
{
    // The longest access of one operand: an SSE register.
    private const ulong LongestAccess = 16;
    private const ulong PageMask = 0xfff;

    private readonly InstructionInfoFactory _factory = new();

    /// <summary>
    /// The exact address of an access that failed. Unicorn splits an access that is not aligned, and makes it from the
    /// aligned address below; the instruction says where it really began.
    /// </summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="aligned">Where the access that failed began, or the aligned address below.</param>
    public ulong FindFault(in Instruction instruction, ulong aligned)
    {
        ulong? nearest = null; // of the words of PUSHA, any of which may have failed
        foreach (var memory in UsedBy(instruction))
        {
            if (Of(memory) is { } address && address >= aligned && address - aligned < LongestAccess
                && (address ^ aligned) <= PageMask && !(nearest <= address))
            {
                nearest = address;
            }
        }

        return nearest ?? aligned;
    }

    /// <summary>The linear address of the first operand in memory; null when there is none.</summary>
    public ulong? OfOperand(in Instruction instruction)
    {
        foreach (var memory in UsedBy(instruction))
        {
            if (Of(memory) is { } address)
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>All that the instruction accesses, in its order.</summary>
    public InstructionInfo.UsedMemoryIterator UsedBy(in Instruction instruction) =>
        _factory.GetInfo(instruction, InstructionInfoOptions.NoRegisterUsage).GetUsedMemory();

    /// <summary>The linear address of one of them; null when it hangs on what is not known here.</summary>
    public ulong? Of(in UsedMemory memory) =>
        memory.TryGetVirtualAddress(0, out var address, ValueOf) ? state.IsLongMode ? address : (uint)address : null;

    /// <summary>The linear address of the top of the stack.</summary>
    public ulong OfStack
    {
        get
        {
            var stack = state.Segment(SegmentNumber.Ss);
            var pointer = state.General[4];
            return state.Bitness == 64 ? pointer
                : (uint)(stack.Base + ((stack.Flags & SegmentRegister.Big) != 0 ? (uint)pointer : (ushort)pointer));
        }
    }

    /// <summary>Whether a write of the instruction begins below an address and goes on there.</summary>
    public bool WritesOver(in Instruction instruction, ulong edge)
    {
        foreach (var memory in UsedBy(instruction))
        {
            var size = (ulong)memory.MemorySize.GetSize();
            if (memory.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite
                && Of(memory) is { } address && address < edge && edge - address < size)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an access of the instruction, which began at an address or a little above, was by the stack's segment.</summary>
    public bool IsOnStack(in Instruction instruction, ulong aligned)
    {
        var isOnStack = false;
        foreach (var memory in UsedBy(instruction))
        {
            if (memory.TryGetVirtualAddress(0, out var address, ValueOf) && address - aligned < LongestAccess)
            {
                return memory.Segment == Register.SS;
            }

            isOnStack |= memory.Segment == Register.SS;
        }

        return isOnStack;
    }

    private bool ValueOf(Register register, int element, int size, out ulong value)
    {
        value = 0;
        if (register.IsSegmentRegister())
        {
            value = register is Register.ES ? Base(SegmentNumber.Es)
                : register is Register.CS ? Base(SegmentNumber.Cs)
                : register is Register.SS ? Base(SegmentNumber.Ss)
                : register is Register.DS ? Base(SegmentNumber.Ds)
                : register is Register.FS ? Base(SegmentNumber.Fs)
                : Base(SegmentNumber.Gs);
            return true;
        }

        if (!register.IsGPR())
        {
            return false;
        }

        var number = register.GetFullRegister() - Register.RAX;
        var whole = state.General[number];
        value = register.GetSize() switch
        {
            8 => whole,
            4 => (uint)whole,
            2 => (ushort)whole,
            _ => register is >= Register.AH and <= Register.BH ? (byte)(state.General[register - Register.AH] >> 8) : (byte)whole,
        };
        return true;
    }

    private ulong Base(SegmentNumber number) =>
        state.Bitness == 64 && number < SegmentNumber.Fs ? 0 : state.Segment(number).Base;
}
