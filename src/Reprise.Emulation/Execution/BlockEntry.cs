using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>One known block in the table that the emitted code walks; 32 bytes, layout fixed by that code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BlockEntry
{
    public ulong Address;

    /// <summary>Size in bytes in the low half, the epoch it was last seen in the high half: one compare for both.</summary>
    public ulong SizeAndEpoch;

    /// <summary>Instructions in the block.</summary>
    public ulong Count;

    /// <summary>1 when the last instruction waits for an interrupt.</summary>
    public uint EndsInHalt;

    /// <summary>The epoch in which the block was last put into the executed set.</summary>
    public uint NotedEpoch;

    public readonly uint Size => (uint)SizeAndEpoch;
}
