using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Who may access what: the MPU, while it works (not at a negative priority, unless HFNMIENA says so), and the private
/// peripheral bus, which is for privileged code (DDI 0403E, B3.1 and B3.5).
/// </summary>
internal sealed class AccessRules(
    ICortexMRegisters registers, MemoryProtection mpu, ExecutionPriority priority, SystemControl control)
    : IMemoryProtection
{
    private const uint NotPrivileged = 1;
    private const ulong SoftwareTrigger = SystemControlSpace.BaseAddress + NvicRegisters.SoftwareTrigger;

    private static readonly (uint, uint)[] _everywhere = [(0, uint.MaxValue)];
    private (bool, bool) _mode;

    /// <summary>Whether the instruction at an address is one of those that act unprivileged (LDRT, STRT).</summary>
    public Func<ulong, bool> ActsUnprivileged { get; set; } = _ => false;

    public bool IsActive => mpu.IsEnabled;

    public IReadOnlyList<(uint First, uint Last)> TakeChanges()
    {
        var mode = IsActive ? (IsPrivileged, MpuWorks) : (false, false);
        var changes = mode == _mode ? [.. mpu.Changed] : _everywhere;
        _mode = mode;
        mpu.ForgetChanged();
        return changes;
    }

    /// <summary>In handler mode, or in thread mode with CONTROL.nPRIV clear.</summary>
    public bool IsPrivileged => IsHandler || (registers.Read(ArmRegister.Control) & NotPrivileged) == 0;

    public bool IsHandler => (registers.Read(ArmRegister.Xpsr) & ProgramStatus.ExceptionMask) != 0;

    private bool MpuWorks => MpuWorksAt(priority.IsNegative);

    private bool MpuWorksAt(bool isNegative) => mpu.IsEnabled && (mpu.WorksAtNegativePriority || !isNegative);

    public PagePermissions? RightsOf(ulong page)
    {
        const uint pageSize = 1024;
        return MpuWorks ? mpu.RightsOf((uint)page, pageSize, AccessIsPrivileged(CurrentInstruction)) : PagePermissions.All;
    }

    public (uint Readable, uint Writable) PartsOf(ulong page)
    {
        var privileged = AccessIsPrivileged(CurrentInstruction);
        var (readable, writable) = (0u, 0u);
        for (var part = 0; part < sizeof(uint) * 8; part++)
        {
            var address = (uint)page + (uint)part * MemoryProtection.Granule;
            var rights = MpuWorks ? mpu.RightsAt(address, privileged) : PagePermissions.All;
            readable |= (rights & PagePermissions.Read) != 0 ? 1u << part : 0;
            writable |= (rights & PagePermissions.Write) != 0 ? 1u << part : 0;
        }

        return (readable, writable);
    }

    public uint ExecutableParts(ulong page)
    {
        var (works, privileged, executable) = (MpuWorks, IsPrivileged, 0u);
        for (var part = 0; part < sizeof(uint) * 8; part++)
        {
            var address = (uint)page + (uint)part * MemoryProtection.Granule;
            var rights = works ? mpu.RightsAt(address, privileged) : PagePermissions.All;
            executable |= (rights & PagePermissions.Execute) != 0 ? 1u << part : 0;
        }

        return executable;
    }

    public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction)
    {
        var isPeripheralBus = address >> 20 == 0xE00;
        if (isPeripheralBus)
        {
            return (address == SoftwareTrigger && control.LetsUserPend) || AccessIsPrivileged(instruction);
        }

        return MpuAllows((uint)address, size, access, instruction);
    }

    /// <summary>Whether the MPU allows an access by what runs now; a fetch is one of 2 bytes.</summary>
    public bool MpuAllows(uint address, int size, MemoryAccess access) =>
        MpuAllows(address, size, access, CurrentInstruction);

    private bool MpuAllows(uint address, int size, MemoryAccess access, ulong instruction)
    {
        if (!MpuWorks)
        {
            return true;
        }

        var privileged = AccessIsPrivileged(instruction);
        var last = address + (uint)size - 1;
        return RegionsAllow(address, access, privileged)
            && ((address ^ last) < MemoryProtection.Granule || RegionsAllow(last, access, privileged));
    }

    /// <summary>The same with a privilege, and perhaps a priority, of its own: for frames.</summary>
    public bool MpuAllows(uint address, MemoryAccess access, bool privileged, bool? isNegative) =>
        !MpuWorksAt(isNegative ?? priority.IsNegative) || RegionsAllow(address, access, privileged);

    private bool RegionsAllow(uint address, MemoryAccess access, bool privileged)
    {
        var needed = access switch
        {
            MemoryAccess.Write => PagePermissions.Write,
            MemoryAccess.Fetch => PagePermissions.Execute,
            _ => PagePermissions.Read,
        };
        return (mpu.RightsAt(address, privileged) & needed) != 0;
    }

    private ulong CurrentInstruction => registers.Read(ArmRegister.Pc);

    private bool AccessIsPrivileged(ulong instruction) => IsPrivileged && !ActsUnprivileged(instruction);
}
