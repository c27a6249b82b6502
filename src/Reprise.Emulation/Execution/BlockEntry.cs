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

    /// <summary>The <see cref="InstructionEffect"/> of the last instruction.</summary>
    public InstructionEffect Ending;

    /// <summary>The epoch in which the block was last counted and put into the executed set.</summary>
    public uint NotedEpoch;

    public readonly uint Size => (uint)SizeAndEpoch;
}
