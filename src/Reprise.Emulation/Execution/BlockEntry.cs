using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>One known block; emitted code names the fields by their offsets below.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockEntry
{
    public const int AddressOffset = 0;
    public const int SizeAndEpochOffset = 8;
    public const int EpochOffset = SizeAndEpochOffset + 4;
    public const int CountOffset = 16;

    public ulong Address;

    /// <summary>Size in bytes in the low half, the epoch it was last seen in the high half: one compare for both.</summary>
    public ulong SizeAndEpoch;

    /// <summary>Instructions in the block.</summary>
    public ulong Count;

    /// <summary>The <see cref="InstructionEffect"/> of the last instruction.</summary>
    public InstructionEffect Ending;

    /// <summary>An instruction in it needs a hook (<see cref="BlockTable.IsHooked"/>).</summary>
    public bool HasHooks;

    /// <summary>An instruction in it faults at unaligned addresses, which its translation must be told.</summary>
    public bool NeedsAlignment;

    /// <summary>Stubs that its translations were given (<see cref="TranslationTuner"/>).</summary>
    public byte Stubs;

    /// <summary>The epoch in which the block was last counted and put into the executed set.</summary>
    public uint NotedEpoch;

    /// <summary>
    /// Its code as it was when it was counted, <see cref="Size"/> bytes, and behind that the length of each instruction, a byte
    /// each. Null when not all of it is in memory.
    /// </summary>
    public byte* Code;

    public readonly uint Size => (uint)SizeAndEpoch;
}
