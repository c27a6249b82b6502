using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Whether the guest may make an access: an MPU. The engine asks when it fills its TLB, so that permitted accesses cost
/// nothing; a page whose parts have different rights, or that denies the access, is asked about at each access.
/// </summary>
public interface IMemoryProtection
{
    /// <summary>Memory is looked at. False: all of it allows everything, and only devices are asked about.</summary>
    bool IsActive { get; }

    /// <summary>
    /// Addresses for which an answer may have changed since the last call, other than by a write to a device.
    /// </summary>
    IReadOnlyList<(uint First, uint Last)> TakeChanges();

    /// <summary>What the whole page allows to the instruction that runs; null when its parts differ.</summary>
    PagePermissions? RightsOf(ulong page);

    /// <summary>
    /// What the parts of a page of 1 KiB, of 32 bytes each, allow to the instruction that runs: bit n is part n's.
    /// </summary>
    (uint Readable, uint Writable) PartsOf(ulong page);

    /// <summary>Which of those parts the instruction that runs could be in.</summary>
    uint ExecutableParts(ulong page) => uint.MaxValue;

    /// <summary>Whether every byte of an access is allowed.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="access">A read or a write.</param>
    /// <param name="instruction">Address of the instruction that makes it, which the program counter may not show.</param>
    bool Allows(ulong address, int size, MemoryAccess access, ulong instruction);
}
