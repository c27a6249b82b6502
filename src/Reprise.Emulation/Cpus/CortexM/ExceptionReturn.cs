using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Exception return (DDI 0403E, B1.5.8). The returning exception is always deactivated; what is wrong with the return
/// is found before the frame is popped, so that a fault is taken on the frame as it lies there, with LR = EXC_RETURN.
/// </summary>
internal sealed class ExceptionReturn(
    ICortexMRegisters registers,
    FrameMemory memory,
    ExceptionTable table,
    FaultStatus faults,
    SystemControl control,
    FaultEscalation escalation,
    ExecutionPriority priority,
    FloatingPoint floatingPoint,
    ExceptionEntry entry)
{
    private const uint ToHandler = 0xFFFF_FFF1;
    private const uint ToThreadMain = 0xFFFF_FFF9;
    private const uint ToThreadProcess = 0xFFFF_FFFD;

    /// <summary>Returns; true when thread mode is reached with nothing active left, where SLEEPONEXIT counts.</summary>
    public bool Return(uint excReturn)
    {
        var returning = (int)(registers.Read(ArmRegister.Xpsr) & ProgramStatus.ExceptionMask);
        var wasActive = returning < table.Count && table.IsActive(returning);
        var nested = table.ActiveCount > 1;
        if (wasActive)
        {
            table.Deactivate(returning);
        }

        if (returning != ExceptionNumber.Nmi)
        {
            registers.Write(ArmRegister.Faultmask, 0);
        }

        var isFloating = (excReturn & ExceptionEntry.BasicFrame) == 0;
        var legal = (excReturn | (floatingPoint.Exists ? ExceptionEntry.BasicFrame : 0)) switch
        {
            ToHandler => true,
            ToThreadMain or ToThreadProcess => !nested || control.AllowsNonBaseThread,
            _ => false,
        };
        if (!wasActive || !legal)
        {
            Fault(FaultStatus.InvalidPc, ExceptionNumber.UsageFault, excReturn);
            return false;
        }

        if (table.PendingPriority < priority.Current)
        {
            // Tail-chaining: the frame stays where it is, and so do the registers that it would bring back.
            entry.TakeFirst(excReturn);
            return false;
        }

        Span<uint> frame = stackalloc uint[8];
        var kind = excReturn | ExceptionEntry.BasicFrame;
        var stack = kind == ToThreadProcess ? ArmRegister.Psp : ArmRegister.Msp;
        var pointer = registers.Read(stack);
        memory.Begin(kind == ToHandler || (registers.Read(ArmRegister.Control) & 1) == 0);
        if (!TryRead(pointer & ~3u, frame))
        {
            FaultUnstacking(excReturn);
            return false;
        }

        var toThread = (frame[7] & ProgramStatus.ExceptionMask) == 0;
        if (toThread != (kind != ToHandler))
        {
            Fault(FaultStatus.InvalidPc, ExceptionNumber.UsageFault, excReturn);
            return false;
        }

        if (isFloating && !floatingPoint.ConsumeLazy())
        {
            if (floatingPoint.IsDisabled(privileged: kind == ToHandler || (registers.Read(ArmRegister.Control) & 1) == 0))
            {
                Fault(FaultStatus.NoCoprocessor, ExceptionNumber.UsageFault, excReturn);
                return false;
            }

            if (!PopFloating((pointer & ~3u) + ExceptionEntry.FrameSize))
            {
                FaultUnstacking(excReturn);
                return false;
            }
        }

        Pop(frame, stack, pointer, isFloating);
        return toThread && !nested;
    }

    private bool TryRead(uint address, Span<uint> frame)
    {
        for (var i = 0; i < frame.Length; i++)
        {
            if (!memory.TryRead32(address + (4 * (uint)i), out frame[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool PopFloating(uint address)
    {
        Span<uint> values = stackalloc uint[17];
        if (!TryRead(address, values))
        {
            return false;
        }

        for (var i = 0; i < 16; i++)
        {
            registers.Write(ArmRegister.S0 + i, values[i]);
        }

        registers.Write(ArmRegister.Fpscr, values[16]);
        return true;
    }

    private void Pop(ReadOnlySpan<uint> frame, ArmRegister stack, uint pointer, bool isFloating)
    {
        for (var i = 0; i < 4; i++)
        {
            registers.Write(ArmRegister.R0 + i, frame[i]);
        }

        registers.Write(ArmRegister.R12, frame[4]);
        registers.Write(ArmRegister.Lr, frame[5]);
        var saved = frame[7];
        var padding = (control.AlignsStack || isFloating) && (saved & ProgramStatus.StackAligned) != 0 ? 4u : 0u;
        var (msp, psp) = (registers.Read(ArmRegister.Msp), registers.Read(ArmRegister.Psp));
        var select = stack == ArmRegister.Psp ? ExceptionEntry.StackSelect : 0;
        const uint kept = ProgramStatus.Flags | ProgramStatus.IfThen | ProgramStatus.ExceptionMask;
        registers.Write(ArmRegister.Xpsr, (saved & kept) | ProgramStatus.Thumb);
        registers.Write(
            ArmRegister.Control,
            (registers.Read(ArmRegister.Control) & ~(ExceptionEntry.StackSelect | FloatingPoint.ActiveBit))
                | select | (isFloating ? FloatingPoint.ActiveBit : 0));
        pointer = (pointer + ExceptionEntry.FrameSize + (isFloating ? FloatingPoint.FrameSize : 0)) | padding;
        registers.Write(ArmRegister.Msp, stack == ArmRegister.Msp ? pointer : msp);
        registers.Write(ArmRegister.Psp, stack == ArmRegister.Psp ? pointer : psp);
        registers.Write(ArmRegister.Pc, frame[6] & ~1u);
        entry.ThumbCleared = (saved & ProgramStatus.Thumb) == 0;
    }

    private void FaultUnstacking(uint excReturn)
    {
        if (memory.Denied)
        {
            Fault(FaultStatus.UnstackingAccessViolation, ExceptionNumber.MemManage, excReturn);
        }
        else
        {
            Fault(FaultStatus.UnstackingBusError, ExceptionNumber.BusFault, excReturn);
        }
    }

    private void Fault(uint status, int number, uint excReturn)
    {
        faults.Configurable |= status;
        escalation.Raise(number);
        if (!escalation.LockedUp)
        {
            entry.TakeFirst(excReturn);
        }
    }
}
