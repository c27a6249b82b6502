using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Exception entry (DDI 0403E, B1.5.6): the frame, then the vector. A fault on the way is a derived exception
/// (B1.5.12): it is pended with the priority of the preempted code, and the more urgent of the two is entered. A failed
/// vector read takes the HardFault in place of the exception, which stays pending; when the exception is NMI or
/// HardFault itself that is impossible, and the processor locks up.
/// CONTROL is written in thread mode and before XPSR, because SPSEL can't be changed in handler mode; both stack
/// pointers are written last, by name, so that it does not matter which one is in use at which moment.
/// </summary>
internal sealed class ExceptionEntry(
    ICortexMRegisters registers,
    IGuestMemory memory,
    FrameMemory stackMemory,
    ExceptionTable table,
    FaultStatus faults,
    SystemControl control,
    FaultEscalation escalation,
    ExecutionPriority priority,
    FloatingPoint floatingPoint)
{
    public const uint FrameSize = 0x20;
    public const uint StackSelect = 2;

    /// <summary>Clear in an EXC_RETURN whose frame holds floating-point registers.</summary>
    public const uint BasicFrame = 0x10;

    private const uint ReturnToHandler = 0xFFFF_FFF1;
    private const uint ReturnToThreadMain = 0xFFFF_FFF9;
    private const uint ReturnToThreadProcess = 0xFFFF_FFFD;

    /// <summary>
    /// EPSR.T is clear, which the register file can't say: the next instruction is an invalid-state fault, and the frame
    /// of whatever is entered next holds a zero T.
    /// </summary>
    public bool ThumbCleared { get; set; }

    /// <summary>Enters the most urgent pending exception, of which the caller knows that it preempts.</summary>
    public void Enter()
    {
        var excReturn = PushFrame();
        if (!escalation.LockedUp)
        {
            TakeFirst(excReturn);
        }
    }

    /// <summary>Enters the most urgent pending exception on the frame that is there; for faults on return.</summary>
    public void TakeFirst(uint excReturn)
    {
        var number = table.FirstPending;
        if (!memory.TryRead32(control.VectorTable + (4 * (uint)number), out var vector))
        {
            if (table.GroupPriority(number) <= ExecutionPriority.HardFault)
            {
                faults.Hard |= FaultStatus.VectorTable;
                escalation.LockedUp = true;
                return;
            }

            escalation.RaiseHardFault(FaultStatus.VectorTable);
            if (!escalation.LockedUp)
            {
                TakeFirst(excReturn);
            }

            return;
        }

        table.Activate(number);
        var (msp, psp) = (registers.Read(ArmRegister.Msp), registers.Read(ArmRegister.Psp));
        var xpsr = registers.Read(ArmRegister.Xpsr);
        registers.Write(ArmRegister.Control, registers.Read(ArmRegister.Control) & ~(StackSelect | FloatingPoint.ActiveBit));
        registers.Write(ArmRegister.Xpsr, (xpsr & ProgramStatus.Flags) | ProgramStatus.Thumb | (uint)number);
        registers.Write(ArmRegister.Msp, msp);
        registers.Write(ArmRegister.Psp, psp);
        registers.Write(ArmRegister.Lr, excReturn);
        registers.Write(ArmRegister.Pc, vector & ~1u);
        ThumbCleared = (vector & 1) == 0;
    }

    private uint PushFrame()
    {
        var xpsr = registers.Read(ArmRegister.Xpsr);
        var handler = (xpsr & ProgramStatus.ExceptionMask) != 0;
        var process = !handler && (registers.Read(ArmRegister.Control) & StackSelect) != 0;
        var stack = process ? ArmRegister.Psp : ArmRegister.Msp;
        var pointer = registers.Read(stack) & ~3u;
        var isFloating = floatingPoint.IsActive;
        var privileged = handler || (registers.Read(ArmRegister.Control) & 1) == 0;
        var padded = (control.AlignsStack || isFloating) && (pointer & 4) != 0;
        var frame = pointer - FrameSize - (padded ? 4u : 0u) - (isFloating ? FloatingPoint.FrameSize : 0);

        // T comes from here, not from the register file: an engine may report it only while it runs.
        var saved = xpsr & ~(ProgramStatus.StackAligned | ProgramStatus.Thumb);
        saved |= (ThumbCleared ? 0 : ProgramStatus.Thumb) | (padded ? ProgramStatus.StackAligned : 0u);
        stackMemory.Begin(privileged);
        var good = true;
        for (uint i = 0; i < 4; i++)
        {
            good = good && stackMemory.TryWrite32(frame + (4 * i), registers.Read(ArmRegister.R0 + (int)i));
        }

        good = good
            && stackMemory.TryWrite32(frame + 0x10, registers.Read(ArmRegister.R12))
            && stackMemory.TryWrite32(frame + 0x14, registers.Read(ArmRegister.Lr))
            && stackMemory.TryWrite32(frame + 0x18, registers.Read(ArmRegister.Pc) & ~1u)
            && stackMemory.TryWrite32(frame + 0x1C, saved);
        if (isFloating && floatingPoint.DefersFrames)
        {
            floatingPoint.Defer(frame + FrameSize, Readiness(handler, privileged));
        }
        else if (isFloating)
        {
            good = good && floatingPoint.TryWriteFrame(frame + FrameSize, stackMemory.TryWrite32);
            floatingPoint.ForgetValues();
        }

        registers.Write(stack, frame);
        if (!good)
        {
            RaiseStacking();
        }

        var excReturn = handler ? ReturnToHandler : process ? ReturnToThreadProcess : ReturnToThreadMain;
        return isFloating ? excReturn & ~BasicFrame : excReturn;
    }

    private void RaiseStacking()
    {
        if (stackMemory.Denied)
        {
            faults.Configurable |= FaultStatus.StackingAccessViolation;
            escalation.Raise(ExceptionNumber.MemManage);
        }
        else
        {
            faults.Configurable |= FaultStatus.StackingBusError;
            escalation.Raise(ExceptionNumber.BusFault);
        }
    }

    // FPCCR's THREAD, USER and *RDY bits: what could be taken at this moment (B3.2.21).
    private uint Readiness(bool handler, bool privileged)
    {
        var value = (handler ? 0 : FloatingPoint.FromThread) | (privileged ? 0 : FloatingPoint.FromUser);
        value |= priority.Current > ExecutionPriority.HardFault ? FloatingPoint.HardFaultReady : 0;
        value |= CanTake(ExceptionNumber.MemManage) ? FloatingPoint.MemManageReady : 0;
        value |= CanTake(ExceptionNumber.BusFault) ? FloatingPoint.BusFaultReady : 0;
        return value;
    }

    private bool CanTake(int number) => table.IsEnabled(number) && table.GroupPriority(number) < priority.Current;
}
