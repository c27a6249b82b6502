namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Pends synchronous exceptions. One that is disabled or not urgent enough to be taken at once becomes a HardFault; a
/// HardFault that can't be taken either is the end: lockup (DDI 0403E, B1.5.4 "Priority escalation", B1.5.15).
/// </summary>
internal sealed class FaultEscalation(ExceptionTable table, FaultStatus faults, ExecutionPriority priority)
{
    /// <summary>The processor executes nothing until reset.</summary>
    public bool LockedUp { get; set; }

    public void Raise(int number)
    {
        if (table.IsEnabled(number) && table.GroupPriority(number) < priority.Current)
        {
            table.Pend(number);
        }
        else
        {
            RaiseHardFault(FaultStatus.Forced);
        }
    }

    /// <param name="cause">The bit of HFSR.</param>
    public void RaiseHardFault(uint cause)
    {
        faults.Hard |= cause;
        if (priority.Current <= ExecutionPriority.HardFault)
        {
            LockedUp = true;
        }
        else
        {
            table.Pend(ExceptionNumber.HardFault);
        }
    }
}
