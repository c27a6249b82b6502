namespace Reprise.Emulation.Cpus.X86;

/// <summary>A segment register with its hidden part (SDM volume 3, 3.4.3).</summary>
/// <param name="Selector">The visible part.</param>
/// <param name="Base">First linear address.</param>
/// <param name="Limit">Last offset, in bytes.</param>
/// <param name="Flags">The upper half of the descriptor, of which bits 8 to 23 count.</param>
internal readonly record struct SegmentRegister(ushort Selector, ulong Base, uint Limit, uint Flags)
{
    public const uint Present = 1 << 15;
    public const uint NotSystem = 1 << 12;
    public const uint Code = 1 << 11;
    public const uint Conforming = 1 << 10;
    public const uint Writable = 1 << 9;
    public const uint Readable = 1 << 9;
    public const uint Accessed = 1 << 8;
    public const uint Big = 1 << 22;
    public const uint Long = 1 << 21;
    public const uint Granular = 1 << 23;

    /// <summary>The privilege level of the descriptor.</summary>
    public int PrivilegeLevel => (int)(Flags >> 13 & 3);

    /// <summary>As real mode has it.</summary>
    public static SegmentRegister RealMode(ushort selector, uint kind) =>
        new(selector, (uint)selector << 4, 0xffff, Present | NotSystem | Accessed | kind);

    /// <summary>As virtual-8086 mode has it (SDM volume 3, 20.2).</summary>
    public static SegmentRegister VirtualMode(ushort selector) => RealMode(selector, Writable | 3 << 13);

    /// <summary>Of the two halves of a descriptor (SDM volume 3, figure 3-8).</summary>
    public static SegmentRegister FromDescriptor(ushort selector, uint low, uint high)
    {
        var limit = (low & 0xffff) | (high & 0xf0000);
        return new SegmentRegister(
            selector,
            low >> 16 | (high & 0xff) << 16 | (high & 0xff00_0000),
            (high & Granular) != 0 ? limit << 12 | 0xfff : limit,
            high);
    }
}
