using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Memory as stacking and unstacking see it: with the rights of the code whose frame it is.</summary>
internal sealed class FrameMemory(IGuestMemory memory, AccessRules rules)
{
    private bool _privileged;
    private bool? _isNegative;

    /// <summary>The access that failed was one that the MPU denies; else it was a bus error.</summary>
    public bool Denied { get; private set; }

    /// <param name="privileged">Whose rights count.</param>
    /// <param name="isNegative">It is of code at a negative priority; null for that of the moment.</param>
    public void Begin(bool privileged, bool? isNegative = null) =>
        (_privileged, _isNegative, Denied) = (privileged, isNegative, false);

    public bool TryRead32(uint address, out uint value)
    {
        value = 0;
        return Allow(address, MemoryAccess.Read) && memory.TryRead32(address, out value);
    }

    public bool TryWrite32(uint address, uint value) =>
        Allow(address, MemoryAccess.Write) && memory.TryWrite32(address, value);

    private bool Allow(uint address, MemoryAccess access)
    {
        Denied = !rules.MpuAllows(address, access, _privileged, _isNegative);
        return !Denied;
    }
}
