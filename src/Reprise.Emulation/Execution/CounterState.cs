using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>What the emitted block counter reads and writes; it names the fields by their offsets below.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CounterState
{
    public const int PositionOffset = 0;
    public const int LimitOffset = 8;
    public const int EpochHighOffset = 16;
    public const int EpochOffset = EpochHighOffset + 4;
    public const int CurrentOffset = 24;
    public const int SlowPathOffset = 32;
    public const int TableOffset = 40;
    public const int ReturnAddressOffset = 48;
    public const int CpuStateOffset = 56;
    public const int KeptOffset = 64;
    public const int ReadSlowlyOffset = 72;
    public const int WriteSlowlyOffset = 80;
    public const int CpuOffset = 88;
    public const int LeaveOffset = 96;
    public const int LeaveFromOffset = 104;
    public const int FillsOffset = 112;
    public const int FillGenerationOffset = 120;
    public const int FillSlowlyOffset = 128;
    public const int FillWordsOffset = 136;
    public const int MostFillWords = 6;

    public ulong Position;
    public ulong Limit;

    /// <summary>The epoch, shifted into the half that <see cref="BlockEntry.SizeAndEpoch"/> keeps it in.</summary>
    public ulong EpochHigh;

    /// <summary>The block that runs now, already counted in full.</summary>
    public BlockEntry* Current;

    public nint SlowPath;

    /// <summary><see cref="CounterCode.TableLength"/> entries, each of which is one that the slow path made.</summary>
    public BlockEntry** Table;

    /// <summary>Where the hook that took the slow path returns to, in translated code.</summary>
    public nint ReturnAddress;

    /// <summary>Unicorn's state of the CPU, to which translated code is relative (host register rbp).</summary>
    public nint CpuState;

    /// <summary>Pages that are kept in the TLB.</summary>
    public KeptPage* Kept;

    /// <summary>The managed callbacks of accesses that <see cref="KeptPageCode"/> does not make itself.</summary>
    public nint ReadSlowly;
    public nint WriteSlowly;

    /// <summary>Unicorn's record of the CPU.</summary>
    public nint Cpu;

    /// <summary>Unicorn's function that leaves translated code from the middle of an access.</summary>
    public nint Leave;

    /// <summary>
    /// Set by a managed callback: its access is not made, and translated code is left; it is where that would go on. Else zero.
    /// </summary>
    public nint LeaveFrom;

    /// <summary>Answers to TLB misses (<see cref="FillCache"/>), and which of them are good.</summary>
    public nint Fills;
    public ulong FillGeneration;

    /// <summary>The managed callback of all other TLB misses.</summary>
    public nint FillSlowly;

    /// <summary>What the words were that the answers hang on.</summary>
    public fixed ulong FillWords[MostFillWords];

    public nint Owner;
}
