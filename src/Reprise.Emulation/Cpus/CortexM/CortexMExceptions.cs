using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The exception model of ARMv7-M (DDI 0403E, B1.5) with the state behind NVIC and SCB; their registers are in
/// <see cref="SystemControlSpace"/>. The emulator drives it:
/// <list type="bullet">
/// <item>Between two instructions, while <see cref="HasPending"/>: call <see cref="TryEnter"/> until it answers
/// false.</item>
/// <item>On a branch to EXC_RETURN in handler mode: <see cref="Return"/>, then the same.</item>
/// <item>On a fault or SVC: set PC to the return address (the faulting instruction; for SVC the next one), call the
/// Raise method, then the same. Nothing may be executed between a raise and <see cref="TryEnter"/>.</item>
/// </list>
/// </summary>
public sealed class CortexMExceptions
{
    private readonly ExecutionPriority _priority;
    private readonly FaultEscalation _escalation;
    private readonly ExceptionEntry _entry;
    private readonly ExceptionReturn _return;
    private bool _nmi;
    private bool _event;
    private bool _sleepOnExit;

    /// <param name="model">Which Cortex-M it is.</param>
    /// <param name="registers">The processor's registers.</param>
    /// <param name="memory">Where frames and vectors are.</param>
    /// <param name="externalInterrupts">Number of interrupt inputs, 1 to 496.</param>
    /// <param name="priorityBits">Implemented bits of a priority, 2 to 8.</param>
    public CortexMExceptions(
        CortexMModel model,
        ICortexMRegisters registers,
        IGuestMemory memory,
        int externalInterrupts,
        int priorityBits)
    {
        Model = model;
        Registers = registers;
        Table = new ExceptionTable(externalInterrupts, priorityBits) { BecamePending = OnBecamePending };
        _priority = new ExecutionPriority(registers, Table);
        _escalation = new FaultEscalation(Table, Faults, _priority);
        Mpu = new MemoryProtection(model.MpuRegions);
        FloatingPoint = new FloatingPoint(model, registers);
        Rules = new AccessRules(registers, Mpu, _priority, Control);
        var stack = new FrameMemory(memory, Rules);
        _entry = new ExceptionEntry(
            registers, memory, stack, Table, Faults, Control, _escalation, _priority, FloatingPoint);
        Preservation = new LazyPreservation(stack, Table, Faults, _escalation, _priority, FloatingPoint);
        _return = new ExceptionReturn(
            registers, stack, Table, Faults, Control, _escalation, _priority, FloatingPoint, _entry);
    }

    /// <summary>All exceptions but Reset, by number.</summary>
    public IEnumerable<InterruptState> States =>
        Enumerable.Range(ExceptionNumber.Nmi, Table.Count - ExceptionNumber.Nmi).Select(number => new InterruptState(
            number,
            ExceptionNumber.NameOf(number),
            Table.Priority(number),
            number <= ExceptionNumber.HardFault || Table.IsEnabled(number),
            Table.IsPending(number),
            Table.IsActive(number)));

    /// <summary>
    /// False: nothing can be deliverable, whatever the masks are. Reads no register. True: an exception is pending,
    /// enabled and more urgent than every active one.
    /// </summary>
    public bool HasPending => Table.PendingPriority < Table.ActivePriority && !LockedUp;

    /// <summary>An exception is pending that preempts, given the active ones and PRIMASK, BASEPRI, FAULTMASK.</summary>
    public bool Deliverable => HasPending && Table.PendingPriority < _priority.Current;

    /// <summary>A pending exception ends WFI: it would preempt if PRIMASK were zero (B1.5.19).</summary>
    public bool WakesFromWfi =>
        HasPendingHeldOrNot && Table.PriorityHeldOrNot < _priority.WithoutPrimask;

    /// <summary>What is held would preempt: that ends WFE, as being entered does.</summary>
    public bool HoldsDeliverable =>
        HoldsInterrupts && HasPendingHeldOrNot && Table.PriorityHeldOrNot < _priority.Current;

    /// <summary>Interrupts stay pending, and only what instructions raise themselves is entered.</summary>
    public bool HoldsInterrupts
    {
        get => Table.HoldsInterrupts;
        set => Table.HoldsInterrupts = value;
    }

    /// <summary>
    /// A fault happened that can't be taken (B1.5.15). The processor executes nothing until reset; PC stays at the
    /// faulting instruction, where a debugger can see it, and NMI does not end the lockup.
    /// </summary>
    public bool LockedUp => _escalation.LockedUp;

    /// <summary>Software asked for a reset: AIRCR.SYSRESETREQ (B3.2.6). Cleared by <see cref="Reset"/>.</summary>
    public bool ResetRequested { get; private set; }

    /// <summary>CCR.DIV_0_TRP: a division by zero faults instead of giving zero.</summary>
    public bool TrapsDivideByZero => Control.TrapsDivideByZero;

    /// <summary>CCR.UNALIGN_TRP: every unaligned access faults.</summary>
    public bool TrapsUnaligned => Control.TrapsUnaligned;

    /// <summary>CCR.BFHFNMIGN at priority -1 or -2: a load or store with a bus error does not fault.</summary>
    public bool IgnoresDataBusFaults =>
        Control.IgnoresBusFaults && _priority.Current <= ExecutionPriority.HardFault;

    /// <summary>Address of the vector table: word 0 is the initial MSP, word 1 the reset vector (VTOR).</summary>
    public uint VectorTable => Control.VectorTable;

    internal CortexMModel Model { get; }

    internal MemoryProtection Mpu { get; }

    internal FloatingPoint FloatingPoint { get; }

    internal LazyPreservation Preservation { get; }

    internal AccessRules Rules { get; }

    internal ICortexMRegisters Registers { get; }

    internal ExceptionTable Table { get; }

    internal FaultStatus Faults { get; } = new();

    internal SystemControl Control { get; } = new();

    /// <summary>The level of an external interrupt input, 0 based; level-sensitive (B3.4).</summary>
    public void SetInterruptLine(int number, bool level) => Table.SetLevel(External(number), level);

    /// <summary>The level last set: after a restore, what the board's lines go back to.</summary>
    public bool InterruptLevel(int number) => Table.Level(External(number));

    /// <summary>The level of the NMI input; a rising edge pends it.</summary>
    public void SetNmi(bool level)
    {
        if (level && !_nmi)
        {
            Table.Pend(ExceptionNumber.Nmi);
        }

        _nmi = level;
    }

    /// <summary>
    /// Enters the most urgent exception when it is deliverable. True: something was entered, and another may preempt
    /// it at once, so ask again. After a bus error on the stack or vector the processor may have locked up instead.
    /// </summary>
    public bool TryEnter()
    {
        if (!Deliverable)
        {
            return false;
        }

        _entry.Enter();
        _event = true;
        _sleepOnExit = false;
        return !LockedUp;
    }

    /// <summary>A branch to EXC_RETURN in handler mode. A fault on the way is entered when this returns.</summary>
    public void Return(uint excReturn)
    {
        _sleepOnExit = _return.Return(excReturn) && Control.SleepsOnExit;
        _event = true;
    }

    /// <summary>
    /// Once true after a return to thread mode with SCR.SLEEPONEXIT set and nothing entered since: sleep as in WFI.
    /// </summary>
    public bool ConsumeSleepOnExit() => Consume(ref _sleepOnExit);

    /// <summary>Sets the event register: SEV, or an event from outside (B1.5.18).</summary>
    public void SetEvent() => _event = true;

    /// <summary>WFE: true when the event register was set, which clears it and ends the instruction.</summary>
    public bool ConsumeEvent() => Consume(ref _event);

    /// <summary>Power-on state; interrupt lines low. PC, MSP and the other registers are the emulator's.</summary>
    public void Reset()
    {
        Table.Reset();
        Faults.Reset();
        Control.Reset();
        Mpu.Reset();
        FloatingPoint.Reset();
        _escalation.LockedUp = false;
        _entry.ThumbCleared = false;
        (_nmi, _event, _sleepOnExit, ResetRequested) = (false, false, false, false);
    }

    public void Save(StateWriter writer)
    {
        Table.Save(writer);
        Faults.Save(writer);
        Control.Save(writer);
        Mpu.Save(writer);
        FloatingPoint.Save(writer);
        writer.Write(_escalation.LockedUp);
        writer.Write(_entry.ThumbCleared);
        writer.Write(_nmi);
        writer.Write(_event);
        writer.Write(_sleepOnExit);
        writer.Write(ResetRequested);
    }

    /// <exception cref="InvalidDataException">A value is out of its range.</exception>
    public void Restore(ref StateReader reader)
    {
        Table.Restore(ref reader);
        Faults.Restore(ref reader);
        Control.Restore(ref reader);
        Mpu.Restore(ref reader);
        FloatingPoint.Restore(ref reader);
        _escalation.LockedUp = reader.ReadBoolean();
        _entry.ThumbCleared = reader.ReadBoolean();
        _nmi = reader.ReadBoolean();
        _event = reader.ReadBoolean();
        _sleepOnExit = reader.ReadBoolean();
        ResetRequested = reader.ReadBoolean();
    }

    /// <summary>SVC. PC is the next instruction.</summary>
    public void RaiseSvc() => _escalation.Raise(ExceptionNumber.SvCall);

    /// <summary>BKPT without a debugger: DebugMonitor is always disabled here, hence HardFault (C1.5.3).</summary>
    public void RaiseBreakpoint()
    {
        Faults.Debug |= FaultStatus.DebugBreakpoint;
        _escalation.RaiseHardFault(FaultStatus.DebugEvent);
    }

    public void RaiseUndefined() => RaiseUsage(FaultStatus.UndefinedInstruction);

    /// <summary>An instruction executed with EPSR.T clear, or a bad IT/ICI state.</summary>
    public void RaiseInvalidState() => RaiseUsage(FaultStatus.InvalidState);

    public void RaiseNoCoprocessor() => RaiseUsage(FaultStatus.NoCoprocessor);

    /// <summary>
    /// EPSR.T is clear: by an interworking branch, a vector or a popped frame. The next instruction is an invalid state,
    /// for which the emulator calls <see cref="RaiseInvalidState"/>; the frame of an exception before that says so too.
    /// </summary>
    public bool ThumbCleared
    {
        get => _entry.ThumbCleared;
        set => _entry.ThumbCleared = value;
    }

    /// <summary>UDIV or SDIV by zero while <see cref="TrapsDivideByZero"/>.</summary>
    public void RaiseDivideByZero() => RaiseUsage(FaultStatus.DivideByZero);

    /// <summary>Unaligned LDM, LDRD and the like, or any access while <see cref="TrapsUnaligned"/>.</summary>
    public void RaiseUnaligned() => RaiseUsage(FaultStatus.Unaligned);

    /// <summary>A bus error. The caller has asked <see cref="IgnoresDataBusFaults"/> first.</summary>
    /// <param name="address">What was accessed.</param>
    /// <param name="kind">By what.</param>
    public void RaiseBusFault(uint address, BusFaultKind kind)
    {
        if (kind == BusFaultKind.Data)
        {
            Faults.Configurable |= FaultStatus.PreciseDataBusError | FaultStatus.BusFaultAddressValid;
            Faults.BusFaultAddress = address;
        }
        else
        {
            Faults.Configurable |= FaultStatus.InstructionBusError;
        }

        _escalation.Raise(ExceptionNumber.BusFault);
    }

    /// <summary>Instruction fetch that the MPU or an execute-never region denies; MMFAR stays as it was (B3.2.15).</summary>
    public void RaiseMemManageExecuteNever()
    {
        Faults.Configurable |= FaultStatus.InstructionAccessViolation;
        _escalation.Raise(ExceptionNumber.MemManage);
    }

    /// <summary>A load or store that the MPU denies.</summary>
    public void RaiseMemManageData(uint address)
    {
        Faults.Configurable |= FaultStatus.DataAccessViolation | FaultStatus.MemManageAddressValid;
        Faults.MemManageAddress = address;
        _escalation.Raise(ExceptionNumber.MemManage);
    }

    private bool HasPendingHeldOrNot => Table.PriorityHeldOrNot < Table.ActivePriority && !LockedUp;

    internal void RequestReset() => ResetRequested = true;

    private static bool Consume(ref bool flag)
    {
        var set = flag;
        flag = false;
        return set;
    }

    private int External(int interrupt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interrupt);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interrupt, Table.Count - ExceptionNumber.External);
        return ExceptionNumber.External + interrupt;
    }

    private void RaiseUsage(uint status)
    {
        Faults.Configurable |= status;
        _escalation.Raise(ExceptionNumber.UsageFault);
    }

    private void OnBecamePending() => _event |= Control.SendsEventOnPend;
}
