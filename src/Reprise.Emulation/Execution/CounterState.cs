using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>What the emitted block counter reads and writes; layout fixed by that code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CounterState
{
    public ulong Position;
    public ulong Limit;

    /// <summary>The epoch, shifted into the half that <see cref="BlockEntry.SizeAndEpoch"/> keeps it in.</summary>
    public ulong EpochHigh;

    /// <summary>The block that runs now, already counted in full.</summary>
    public BlockEntry* Current;

    public nint SlowPath;
    public BlockEntry* Table;
    public nint Owner;
}
