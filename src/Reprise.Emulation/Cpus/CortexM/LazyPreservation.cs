namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Lazy floating-point state preservation (DDI 0403E, B1.5.7; PreserveFPState()): entering an exception has only left room in the
/// frame, and the handler's first floating-point instruction, before it does anything, writes S0 to S15 and FPSCR there. They are
/// written with the rights, and faults are taken or escalated by the priority, that the interrupted code had (FPCCR).
/// </summary>
internal sealed class LazyPreservation(
    FrameMemory memory,
    ExceptionTable table,
    FaultStatus faults,
    FaultEscalation escalation,
    ExecutionPriority priority,
    FloatingPoint floatingPoint)
{
    /// <summary>Writes what the frame lacks.</summary>
    /// <returns>
    /// False: an exception has to be taken first, or the processor is locked up; LSPACT stays set. A fault that is pended
    /// but can't be taken yet does not keep the instruction from running: the frame's words are lost.
    /// </returns>
    public bool TryPreserve()
    {
        var context = floatingPoint.Context;
        memory.Begin((context & FloatingPoint.FromUser) == 0, (context & FloatingPoint.HardFaultReady) == 0);
        var good = floatingPoint.TryWriteFrame(floatingPoint.FrameAddress, memory.TryWrite32);
        if (!good && !PendFault(context))
        {
            return false;
        }

        floatingPoint.EndLazy();
        return true;
    }

    /// <summary>Pends the fault of the last write.</summary>
    /// <returns>Whether the instruction goes on in front of it.</returns>
    private bool PendFault(uint context)
    {
        var (status, number, ready) = memory.Denied
            ? (FaultStatus.LazyAccessViolation, ExceptionNumber.MemManage, FloatingPoint.MemManageReady)
            : (FaultStatus.LazyBusError, ExceptionNumber.BusFault, FloatingPoint.BusFaultReady);
        faults.Configurable |= status;
        var escalates = (context & ready) == 0;
        number = escalates ? ExceptionNumber.HardFault : number;
        var canBeTaken = number == ExceptionNumber.HardFault
            ? priority.Current > ExecutionPriority.HardFault
            : table.IsEnabled(number) && table.GroupPriority(number) < priority.Current;
        if (!canBeTaken && (context & FloatingPoint.HardFaultReady) == 0)
        {
            escalation.LockedUp = true;
            return false;
        }

        faults.Hard |= escalates ? FaultStatus.Forced : 0;
        table.Pend(number);
        return !canBeTaken;
    }
}
