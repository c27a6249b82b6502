namespace Reprise.Emulation.Cpus.X86;

/// <summary>Where a task's registers are in its state (SDM volume 3, 7.2.1 and 7.6), by offset.</summary>
/// <param name="Width">Bytes of a register: 4, or 2 as on an 80286.</param>
/// <param name="Length">Bytes that the state has at least.</param>
/// <param name="Pointer">The instruction pointer.</param>
/// <param name="Flags">The flags.</param>
/// <param name="General">General registers.</param>
/// <param name="Segments">Selectors.</param>
/// <param name="SegmentCount">How many: ES, CS, SS, DS, and, of 32 bits, FS and GS.</param>
/// <param name="LocalTable">LDTR.</param>
/// <param name="Cr3">The page tables; null where there are none.</param>
/// <param name="Trap">A switch to the task traps, in bit 0; null where there is no such bit.</param>
internal sealed record TaskLayout(
    int Width,
    uint Length,
    uint Pointer,
    uint Flags,
    uint General,
    uint Segments,
    int SegmentCount,
    uint LocalTable,
    uint? Cr3,
    uint? Trap)
{
    // Types of descriptors (table 3-2): 1 and 3 are tasks of 16 bits, 9 and 11 of 32.
    private const uint TypeMask = 0x1f;
    private const uint Task = 1;
    private const uint BusyBit = 2;
    private const uint WideBit = 8;

    private static readonly TaskLayout _wide = new(4, 104, 32, 36, 40, 72, 6, 96, 28, 100);
    private static readonly TaskLayout _narrow = new(2, 44, 14, 16, 18, 34, 4, 42, null, null);

    /// <summary>That of a task by its descriptor.</summary>
    public static TaskLayout Of(SegmentRegister task) => (task.Flags >> 8 & WideBit) != 0 ? _wide : _narrow;

    /// <summary>A descriptor's type, with S above it, is a task's.</summary>
    public static bool IsTask(int type) => (type & ~(WideBit | BusyBit)) == Task;

    /// <summary>A task that can be entered.</summary>
    public static bool IsAvailable(SegmentRegister task) => (task.Flags >> 8 & TypeMask & ~WideBit) == Task;

    /// <summary>A task that runs, or that the one that runs returns to.</summary>
    public static bool IsBusy(SegmentRegister task) => (task.Flags >> 8 & TypeMask & ~WideBit) == (Task | BusyBit);

    /// <summary>The same descriptor of a task that runs.</summary>
    public static SegmentRegister Busy(SegmentRegister task) => task with { Flags = task.Flags | BusyBit << 8 };
}
