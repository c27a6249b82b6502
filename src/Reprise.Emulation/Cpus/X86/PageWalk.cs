namespace Reprise.Emulation.Cpus.X86;

/// <summary>What the tables say of a linear address (SDM volume 3, 4.3 to 4.7).</summary>
internal struct PageWalk
{
    /// <summary>The most levels that tables have.</summary>
    public const int MostLevels = 4;

    /// <summary>The physical address; only when <see cref="IsPresent"/>.</summary>
    public ulong Physical;

    /// <summary>All levels are present, and no reserved bit is set.</summary>
    public bool IsPresent;

    /// <summary>A reserved bit is set.</summary>
    public bool HasReservedBits;

    /// <summary>All levels have R/W.</summary>
    public bool IsWritable;

    /// <summary>All levels have U/S.</summary>
    public bool IsUser;

    /// <summary>A level has XD, and it counts.</summary>
    public bool IsExecuteNever;

    /// <summary>The last entry has D.</summary>
    public bool IsDirty;

    /// <summary>Entries that were looked at.</summary>
    public int Levels;

    /// <summary>Their physical addresses.</summary>
    public Entries Addresses;

    [System.Runtime.CompilerServices.InlineArray(MostLevels)]
    public struct Entries
    {
        private ulong _first;
    }
}
