using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>The priority an exception must beat to be taken (DDI 0403E, B1.5.4, ExecutionPriority()).</summary>
internal sealed class ExecutionPriority(ICortexMRegisters registers, ExceptionTable table)
{
    /// <summary>Priority while FAULTMASK is set, or HardFault is active.</summary>
    public const int HardFault = -1;

    /// <summary>That of the active exceptions, raised by PRIMASK, BASEPRI and FAULTMASK.</summary>
    public int Current =>
        (registers.Read(ArmRegister.Primask) & 1) != 0 ? Math.Min(0, WithoutPrimask) : WithoutPrimask;

    /// <summary>Whether <see cref="Current"/> is negative, which neither PRIMASK nor BASEPRI can make it.</summary>
    public bool IsNegative => table.ActivePriority < 0 || (registers.Read(ArmRegister.Faultmask) & 1) != 0;

    /// <summary>The same as if PRIMASK were zero: what counts for waking from WFI (B1.5.19).</summary>
    public int WithoutPrimask
    {
        get
        {
            var priority = table.ActivePriority;
            if ((registers.Read(ArmRegister.Faultmask) & 1) != 0)
            {
                return Math.Min(priority, HardFault);
            }

            var mask = (int)(registers.Read(ArmRegister.Basepri) & 0xFF);
            return table.IsImplemented(mask) ? Math.Min(priority, table.Group(mask)) : priority;
        }
    }
}
