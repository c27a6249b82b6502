using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// A Cortex-M (ARMv7-M, DDI 0403E; ARMv6-M, DDI 0419): Unicorn executes its instructions, <see cref="CortexMExceptions"/> does the rest.
/// </summary>
public sealed class CortexMProcessor : IProcessor, IInterruptController, IGuestMemory, ISemihostingCaller
{
    // excp numbers of Unicorn's ARM target, as its interrupt hook reports them.
    private const uint UndefinedInstruction = 1;
    private const uint SupervisorCall = 2;
    private const uint Breakpoint = 7;
    private const uint ExceptionExit = 8;
    private const uint NoCoprocessor = 17;
    private const uint InvalidState = 18;

    // BKPT 0xAB.
    private const ushort SemihostingCall = 0xbeab;

    private const uint InitialLinkRegister = 0xffff_ffff;
    // T; and Z, as QEMU has it: the flags are unknown at reset (B1.4.2).
    private const uint InitialXpsr = 0x4100_0000;

    private readonly UnicornRegisters _registers;
    private readonly RegisterFile _file;
    private readonly ExclusiveMonitor _monitor;
    private readonly MemoryMap _memory;
    private readonly EngineMode _mode;
    private readonly ThumbDecoder _decoder = new();
    private readonly InstructionTraps _traps;
    private SleepKind _sleep;
    private bool _isFrameLost; // for the moment between the exit of a run and its handling
    private ulong _mpuChanges;
    private uint _enabledTraps;

    /// <param name="model">Which Cortex-M it is.</param>
    /// <param name="unicorn">The engine that executes; stays the caller's.</param>
    /// <param name="memory">Memory of vectors and stacks.</param>
    /// <param name="externalInterrupts">Interrupt inputs of the NVIC.</param>
    /// <param name="priorityBits">Implemented bits of a priority.</param>
    public CortexMProcessor(
        CortexMModel model, UnicornEngine unicorn, MemoryMap memory, int externalInterrupts, int priorityBits)
    {
        Model = model;
        _registers = new UnicornRegisters(unicorn);
        _monitor = new ExclusiveMonitor(unicorn);
        _memory = memory;
        Exceptions = new CortexMExceptions(model, _registers, this, externalInterrupts, priorityBits);
        Exceptions.Rules.ActsUnprivileged = instruction =>
            ThumbDecoder.ActsUnprivileged(_memory.BytesFrom(instruction));
        _file = new RegisterFile(model, _registers);
        _mode = new EngineMode(unicorn);
        _traps = new InstructionTraps(
            _registers, memory, _decoder, Exceptions.Control, () => TrapsFloatingPoint, TryCompleteFrame);
    }

    /// <summary>Which Cortex-M it is.</summary>
    public CortexMModel Model { get; }

    public string Name => Model.Name;

    public IInstructionDecoder Decoder => _decoder;

    public IMemoryProtection Protection => Exceptions.Rules;

    public IInstructionTraps Traps => _traps;

    public IReadOnlyList<RegisterInfo> Registers => _file.Visible;

    public CortexMExceptions Exceptions { get; }

    public IEnumerable<InterruptState> Interrupts => Exceptions.States;

    public ulong ProgramCounter => _registers.Read(ArmRegister.Pc);

    public bool Sleeping => _sleep != SleepKind.None;

    public string? Halted => Exceptions.LockedUp ? "locked up: a fault at a priority that can take none" : null;

    public bool ResetRequested => Exceptions.ResetRequested;

    public bool HasPending => Exceptions.HasPending;

    public bool FollowsModeChanges => Exceptions.Mpu.IsEnabled || TrapsFloatingPoint;

    /// <summary>The emulator works out anew behind each MSR and CPS what may run, and knows nothing of what keeps the FPU from it.</summary>
    public bool FollowsMaskChanges => TrapsFloatingPoint;

    public bool ModeChanged => Exceptions.FloatingPoint.Changed || Exceptions.Mpu.Changes != _mpuChanges
        || _traps.Enabled != _enabledTraps;

    public bool Deliverable => Exceptions.Deliverable;

    public bool HoldsInterrupts
    {
        get => Exceptions.HoldsInterrupts;
        set => Exceptions.HoldsInterrupts = value;
    }

    /// <summary>B1.5.5: MSP and PC come from the vector table's first two words.</summary>
    public void Reset()
    {
        Exceptions.Reset();
        _monitor.Clear();
        _sleep = SleepKind.None;
        _file.Clear();
        _registers.Write(ArmRegister.Xpsr, InitialXpsr);
        _registers.Write(ArmRegister.Lr, InitialLinkRegister);
        TryRead32(Exceptions.VectorTable, out var stack);
        TryRead32(Exceptions.VectorTable + 4, out var start);
        _registers.Write(ArmRegister.Msp, stack & StackAlignment.Mask);
        _registers.Write(ArmRegister.Pc, start & ~1u);
    }

    public void Handle(EngineExit exit)
    {
        Exceptions.ThumbCleared = (_registers.Read(ArmRegister.Xpsr) & ProgramStatus.Thumb) == 0;

        switch (exit.Kind)
        {
            case ExitKind.GuestException when exit.Number == ExceptionExit:
                Return();
                break;
            case ExitKind.InvalidInstruction or ExitKind.GuestException when Exceptions.ThumbCleared:
                Exceptions.RaiseInvalidState();
                break;
            case ExitKind.Halted:
                _sleep = SleepKind.ForInterrupt;
                break;
            case ExitKind.WaitsForEvent when !Exceptions.ConsumeEvent():
                _sleep = SleepKind.ForEvent;
                break;
            case ExitKind.InvalidInstruction:
                Exceptions.RaiseUndefined();
                break;
            case ExitKind.MemoryFault when exit.Access == MemoryAccess.Fetch:
                RaiseFetchFault((uint)exit.Address);
                break;
            case ExitKind.MemoryFault when !Exceptions.Rules.MpuAllows((uint)exit.Address, 1, exit.Access):
                Exceptions.RaiseMemManageData(FaultAddress((uint)exit.Address));
                break;
            case ExitKind.MemoryFault when Exceptions.IgnoresDataBusFaults:
                SkipInstruction();
                break;
            case ExitKind.MemoryFault:
                Exceptions.RaiseBusFault(FaultAddress((uint)exit.Address), BusFaultKind.Data);
                break;
            case ExitKind.GuestException:
                HandleException(exit.Number);
                break;
        }
    }

    public void SendEvent() => Exceptions.SetEvent();

    /// <summary>A skipped instruction is not asked about; in an IT block, where none can be stopped at, no other is either.</summary>
    public HowItRuns PrepareInstruction(ulong address)
    {
        var code = (ReadOnlySpan<byte>)_memory.BytesFrom(address);
        return StackAlignment.IsLost(code[..Math.Min(code.Length, _decoder.Length(code))], _registers)
            && !_decoder.MayBeSkipped(_memory, address)
                ? HowItRuns.Alone
                : HowItRuns.Plainly;
    }

    public void CompleteInstruction() => StackAlignment.Restore(_registers);

    /// <summary>An exception that is entered ends both sleeps: it sets the event register (B1.5.18).</summary>
    public void Settle()
    {
        if (_sleep switch
        {
            SleepKind.ForInterrupt => Exceptions.WakesFromWfi,
            SleepKind.ForEvent => Exceptions.ConsumeEvent() || Exceptions.HoldsDeliverable,
            _ => false,
        })
        {
            _sleep = SleepKind.None;
        }

        if (Exceptions.Deliverable)
        {
            _monitor.Clear();
        }

        while (Exceptions.TryEnter())
        {
            _sleep = SleepKind.None;
        }

        if (Exceptions.ConsumeSleepOnExit())
        {
            _sleep = SleepKind.ForInterrupt;
        }

        ApplyMode();
    }

    public void ReadRegister(int index, Span<byte> value) => _file.Read(index, value);

    public void Dump(TextWriter output) => RegisterDump.Write(_registers, Model.HasFpu, output);

    public void WriteRegister(int index, ReadOnlySpan<byte> value)
    {
        _file.Write(index, value);
        ApplyMode();
    }

    public bool TryRead32(uint address, out uint value)
    {
        var bytes = _memory.BytesFrom(address);
        value = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return bytes.Length >= sizeof(uint);
    }

    public bool TryWrite32(uint address, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        return _memory.IsReadOnly(address) || _memory.Write(address, word) == word.Length;
    }

    public bool TryTakeCall(EngineExit exit, out uint operation, out uint parameter)
    {
        operation = _registers.Read(ArmRegister.R0);
        parameter = _registers.Read(ArmRegister.R0 + 1);
        var pc = _registers.Read(ArmRegister.Pc);
        if (exit is not { Kind: ExitKind.GuestException, Number: Breakpoint }
            || _memory.BytesFrom(pc) is not { Length: >= sizeof(ushort) } code
            || BinaryPrimitives.ReadUInt16LittleEndian(code) != SemihostingCall)
        {
            return false;
        }

        _registers.Write(ArmRegister.Pc, pc + sizeof(ushort));
        var status = _registers.Read(ArmRegister.Xpsr);
        if ((status & ProgramStatus.IfThen) != 0)
        {
            _registers.Write(ArmRegister.Xpsr, ProgramStatus.AdvanceIfThen(status));
        }

        return true;
    }

    public void SetResult(uint result) => _registers.Write(ArmRegister.R0, result);

    public void Save(StateWriter writer)
    {
        _file.Save(writer);
        _monitor.Save(writer);
        writer.Write((byte)_sleep);
        Exceptions.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _file.Restore(ref reader);
        _monitor.Restore(ref reader);
        _sleep = (SleepKind)reader.ReadByte();
        if (_sleep > SleepKind.ForEvent)
        {
            throw new InvalidDataException($"The processor's sleep is {(byte)_sleep}; expected 0 to 2.");
        }

        Exceptions.Restore(ref reader);
        ApplyMode();
    }

    /// <summary>Tells Unicorn what it can't see in the registers.</summary>
    private void ApplyMode()
    {
        var rules = Exceptions.Rules;
        var floatingPoint = Exceptions.FloatingPoint;
        _mode.Set(
            rules.IsHandler,
            rules.IsPrivileged,
            TrapsFloatingPoint,
            floatingPoint.IsAutomatic,
            floatingPoint.Defaults);
        _registers.SetThumb(!Exceptions.ThumbCleared);
        floatingPoint.Changed = false;
        _mpuChanges = Exceptions.Mpu.Changes;
        _enabledTraps = _traps.Enabled;
    }

    /// <summary>A floating-point instruction comes to us: it may not run, or not before a frame is complete.</summary>
    private bool TrapsFloatingPoint => IsFloatingPointOff || Exceptions.FloatingPoint.IsLazy;

    private bool IsFloatingPointOff =>
        Model.HasFpu && Exceptions.FloatingPoint.IsDisabled(Exceptions.Rules.IsPrivileged);

    private bool TryCompleteFrame(uint exception)
    {
        if (exception != NoCoprocessor || IsFloatingPointOff || !Exceptions.FloatingPoint.IsLazy
            || !ThumbDecoder.IsFloatingPoint(_memory.BytesFrom(ProgramCounter)))
        {
            return false;
        }

        _isFrameLost = !Exceptions.Preservation.TryPreserve();
        ApplyMode();
        return !_isFrameLost;
    }

    private void HandleException(uint number)
    {
        switch (number)
        {
            case NoCoprocessor when _isFrameLost:
                _isFrameLost = false;
                break;
            case SupervisorCall:
                Exceptions.RaiseSvc();
                break;
            case Breakpoint:
                Exceptions.RaiseBreakpoint();
                break;
            case NoCoprocessor:
                Exceptions.RaiseNoCoprocessor();
                break;
            case InvalidState:
                Exceptions.RaiseInvalidState();
                break;
            case InstructionTraps.DivideByZero:
                Exceptions.RaiseDivideByZero();
                break;
            case InstructionTraps.Unaligned or InstructionTraps.Misaligned:
                Exceptions.RaiseUnaligned();
                break;
            case UndefinedInstruction:
            default:
                Exceptions.RaiseUndefined();
                break;
        }
    }

    /// <summary>An unaligned access comes in aligned pieces, of which the first may begin before it.</summary>
    private uint FaultAddress(uint piece)
    {
        var pc = _registers.Read(ArmRegister.Pc);
        var access = ThumbAccess.Of(_memory.BytesFrom(pc));
        var address = access.Address(_registers, pc);
        return access.Alignment != 0 && address - piece < access.Alignment ? address : piece;
    }

    /// <summary>
    /// A branch to EXC_RETURN does not change EPSR.T (B1.5.8); the emulator took bit 0 of the value for it.
    /// </summary>
    private void Return()
    {
        _monitor.Clear();
        var bit = Exceptions.ThumbCleared ? 0u : 1;
        Exceptions.ThumbCleared = false;
        Exceptions.Return(_registers.Read(ArmRegister.Pc) | bit);
    }

    /// <summary>Peripherals, external devices and the system are execute-never (B3.1, table B3-1).</summary>
    private void RaiseFetchFault(uint address)
    {
        var pc = _registers.Read(ArmRegister.Pc);
        if (address is (>= 0x4000_0000 and < 0x6000_0000) or >= 0xa000_0000
            || !Exceptions.Rules.MpuAllows(Math.Max(address, pc), 1, MemoryAccess.Fetch))
        {
            Exceptions.RaiseMemManageExecuteNever();
        }
        else
        {
            Exceptions.RaiseBusFault(address, BusFaultKind.InstructionFetch);
        }
    }

    private void SkipInstruction()
    {
        var pc = _registers.Read(ArmRegister.Pc);
        _registers.Write(ArmRegister.Pc, pc + (uint)Decoder.Length(_memory.BytesFrom(pc)));
    }
}
