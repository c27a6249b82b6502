namespace Reprise.Emulation.Cpus.X86;

/// <summary>Pushes onto a stack that becomes the processor's only when all of them have worked.</summary>
/// <param name="memory">Where it is.</param>
/// <param name="start">The base of its segment.</param>
/// <param name="mask">The bits of the stack pointer that count.</param>
/// <param name="pointer">Where it begins.</param>
/// <param name="size">Bytes of a push.</param>
/// <param name="asUser">With a user's rights.</param>
internal struct StackFrame(LinearMemory memory, ulong start, ulong mask, ulong pointer, int size, bool asUser)
{
    /// <summary>The stack pointer behind the pushes so far; its upper bits stay where they do not count.</summary>
    public ulong Pointer { get; private set; } = pointer;

    /// <summary>On a stack segment of 16 or 32 bits.</summary>
    public static StackFrame In(LinearMemory memory, SegmentRegister segment, ulong pointer, int size, bool asUser) => new(
        memory,
        segment.Base,
        (segment.Flags & SegmentRegister.Big) != 0 ? uint.MaxValue : ushort.MaxValue,
        pointer,
        size,
        asUser);

    public void Push(ulong value)
    {
        Pointer = (Pointer & ~mask) | (Pointer - (uint)size & mask);
        memory.Write(start + (Pointer & mask), value, size, asUser);
    }
}
