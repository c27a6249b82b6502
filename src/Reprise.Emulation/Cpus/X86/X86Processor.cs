using Iced.Intel;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// An x86 (Intel SDM): Unicorn executes its instructions; exceptions, interrupts and paging are here.
/// </summary>
public sealed class X86Processor : IProcessor, IKernelStarter, IDisassembler
{
    private const uint TrapFlag = 1 << 8;
    private const uint InterruptFlag = 1 << 9;
    private const ulong ResetVector = 0xffff_fff0;

    private readonly X86State _state;
    private readonly X86Decoder _decoder;
    private readonly PageTables _tables;
    private readonly ExceptionDelivery _delivery;
    private readonly EmulatedInstructions _emulated;
    private readonly AccessFaults _faults;
    private readonly PortRights _ports;
    private readonly X86Registers _registers;
    private readonly SystemCalls _calls;
    private readonly DebugRegisters _debug;
    private readonly InstructionTraps _traps;
    private readonly TimeStampCounter _timeStamp;
    private readonly ModelSpecificRegisters _msrs;
    private readonly InstructionRepairs _repairs;
    private readonly ProtectionSwitch _protection;
    private readonly VectorExceptions _vectors;
    private readonly CoprocessorExceptions _coprocessor;
    private readonly TaskTransfers _transfers;
    private readonly AlignmentChecks _alignment;
    private readonly SystemLoads _loads;
    private readonly MemoryMap _memory;
    private readonly CurrentCode _code;
    private readonly Lazy<IInterruptAcknowledge?> _controller;
    private (GuestFault Fault, bool IsSoftware)? _raised;
    private MultibootStart? _kernel;
    private bool _sleeping;
    private bool _shutDown;

    /// <param name="model">Which x86 it is.</param>
    /// <param name="memory">Memory of tables and stacks.</param>
    /// <param name="clock">The machine's time.</param>
    /// <param name="cpuClock">What the time-stamp counter counts.</param>
    /// <param name="findController">Finds the device that gives vectors, once all are there.</param>
    /// <param name="findErrors">Finds the one that takes errors of the x87.</param>
    public X86Processor(
        X86Model model,
        MemoryMap memory,
        VirtualClock clock,
        ClockSource cpuClock,
        Func<IInterruptAcknowledge?> findController,
        Func<ICoprocessorErrors?> findErrors)
    {
        Model = model;
        Unicorn = UnicornEngine.OpenX86(model.Core);
        _state = X86StateFinder.Find(Unicorn);
        Unicorn.UseVirtualTlb();
        _memory = memory;
        _timeStamp = new TimeStampCounter(clock, cpuClock);
        _controller = new Lazy<IInterruptAcknowledge?>(findController);
        _decoder = new X86Decoder(_state);
        SystemAccesses? systemAccesses = null;
        _tables = new PageTables(_state, Pins, memory, address => systemAccesses!.Contains(address));
        var code = new GuestCode(memory, _tables);
        _code = new CurrentCode(_decoder, code);
        systemAccesses = new SystemAccesses(_state, _code, memory.PageSize);
        var linear = new LinearMemory(_state, _tables, memory);
        var descriptors = new DescriptorTables(_state, linear);
        var tasks = new TaskSwitch(_state, linear, descriptors);
        var entry = new ExceptionEntry(_state, linear, descriptors, tasks);
        _delivery = new ExceptionDelivery(_state, entry, _code);
        _registers = new X86Registers(_state, model, FindApic);
        _faults = new AccessFaults(_state, _tables, _code, systemAccesses);
        _ports = new PortRights(_state, linear);
        _calls = new SystemCalls(_state);
        _debug = new DebugRegisters(_state);
        _alignment = new AlignmentChecks(_state, _tables, linear);
        _traps = new InstructionTraps(_state, _debug, _decoder, _alignment, code);
        _msrs = new ModelSpecificRegisters(_state, model, _timeStamp, FindApic);
        _repairs = new InstructionRepairs(_state, linear);
        _protection = new ProtectionSwitch(_state, _debug);
        var operands = new OperandMemory(_state, _tables, linear);
        _vectors = new VectorExceptions(_state, operands);
        var errors = new Lazy<ICoprocessorErrors?>(findErrors);
        _coprocessor = new CoprocessorExceptions(_state, operands, () => errors.Value);
        _transfers = new TaskTransfers(_state, linear, descriptors, operands, tasks);
        _loads = new SystemLoads(_state, descriptors, operands);
        _emulated = new EmulatedInstructions(
            _state, _debug, _code, _msrs, _coprocessor, _vectors, _transfers, _loads, FindApic);
    }

    /// <summary>Which x86 it is.</summary>
    public X86Model Model { get; }

    /// <summary>The engine that executes; the machine's.</summary>
    public UnicornEngine Unicorn { get; }

    /// <summary>What is around it resets it when it shuts down, as a PC's chipset does (SDM volume 3, 6.15, interrupt 8).</summary>
    public bool ResetsAtShutdown { get; init; }

    /// <summary>Its inputs.</summary>
    public X86Pins Pins { get; } = new();

    public string Name => Model.Name;

    public IInstructionDecoder Decoder => _decoder;

    public IMemoryProtection? Protection => null;

    public IInstructionTraps Traps => _traps;

    public IGuestWatch GuestWatch => _debug;

    public IAddressTranslation Translation => _tables;

    public IReadOnlyList<RegisterInfo> Registers => _registers.All;

    public ulong ProgramCounter => _decoder.ProgramCounter;

    public int Bitness => _state.Bitness;

    public (ushort Selector, ulong Base) Code => _state.Bitness == 64
        ? (_state.Segment(SegmentNumber.Cs).Selector, 0)
        : (_state.Segment(SegmentNumber.Cs).Selector, _state.Segment(SegmentNumber.Cs).Base);

    public bool Sleeping => _sleeping;

    public string? Halted => _shutDown ? "shut down: a fault while entering a double fault" : null;

    public bool ResetRequested => _shutDown && ResetsAtShutdown;

    public bool HasPending => Pins.InterruptLevel || Pins.NmiPending || Pins.InitPending;

    public bool FollowsModeChanges => false;

    public bool ModeChanged => false;

    public bool Deliverable =>
        !HoldsInterrupts && (Pins.InitPending || (!_state.InhibitsInterrupts && (TakesNmi || TakesInterrupt)));

    public bool WaitsForOneInstruction =>
        _state.InhibitsInterrupts && (_debug.HasHits || (!HoldsInterrupts && (TakesNmi || TakesInterrupt)));

    public bool HoldsInterrupts { get; set; }

    private bool TakesNmi => Pins.NmiPending && !_state.NmiIsBlocked;

    private bool TakesInterrupt => Pins.InterruptLevel && (_state.ControlFlags & InterruptFlag) != 0;

    /// <summary>Power-on state (SDM volume 3, table 9-1): real mode, at F000:FFF0 with the base FFFF0000.</summary>
    public void Reset()
    {
        _registers.Reset();
        _msrs.Reset();
        Begin();
    }

    /// <summary>
    /// What has code at the reset vector starts there, even if it could also be loaded as a kernel (U-Boot's ROM). A
    /// Multiboot kernel starts at once, without a BIOS.
    /// </summary>
    public bool StartsKernel => _kernel is not null;

    public string? Start(FirmwareImage kernel, string commandLine)
    {
        if (kernel.Segments.Any(segment => ResetVector - segment.Address < (ulong)segment.Data.Length))
        {
            return null;
        }

        if (kernel is { Multiboot: not null, EntryPoint: { } entry })
        {
            _kernel = new MultibootStart(kernel.Segments, (uint)entry, commandLine);
            return null;
        }

        return $"a Multiboot kernel, or code at the reset vector 0x{ResetVector:x}";
    }

    public void Handle(EngineExit exit)
    {
        switch (exit.Kind)
        {
            case ExitKind.Halted when (_state.ControlFlags & TrapFlag) != 0:
                _debug.SetSingleStep();
                Raise(new GuestFault(GuestFault.Debug));
                break;
            case ExitKind.Halted:
                _sleeping = true;
                break;
            case ExitKind.InvalidInstruction:
                Raise(new GuestFault(GuestFault.InvalidOpcode));
                break;
            case ExitKind.Emulated:
                _raised = _emulated.Do() is { } raised ? (raised, false) : null;
                break;
            case ExitKind.PortDenied:
                Raise(new GuestFault(GuestFault.Protection));
                break;
            case ExitKind.MemoryFault:
                Raise(_faults.FaultOf(exit));
                break;
            case ExitKind.GuestException when _state.IsSoftwareInterrupt:
                _raised = (new GuestFault((byte)exit.Number), true);
                break;
            case ExitKind.GuestException:
                Raise(new GuestFault((byte)exit.Number, _state.ErrorCode));
                break;
        }

        if (_raised is { Fault.IsFault: true })
        {
            // What the instruction accessed is accessed again when it is run again.
            _debug.Forget();
        }

        _state.ForgetException();
    }

    public void Settle()
    {
        var isTrapped = (_raised is not null || !_state.InhibitsInterrupts) && _debug.TakeHits();
        if (_raised is { } raised)
        {
            _raised = null;
            Enter(raised.Fault, raised.IsSoftware);
            isTrapped &= raised.IsSoftware; // else it is one debug exception
        }

        if (isTrapped && !_shutDown)
        {
            Enter(new GuestFault(GuestFault.Debug), isSoftware: false);
        }

        _sleeping &= !(HoldsInterrupts && (TakesNmi || TakesInterrupt));
        while (!_shutDown && Deliverable)
        {
            _sleeping = false;
            if (Pins.InitPending)
            {
                _registers.Init();
                Begin();
            }
            else if (TakesNmi)
            {
                Pins.NmiPending = false;
                _state.NmiIsBlocked = true;
                Enter(new GuestFault(GuestFault.Nmi), isSoftware: false);
            }
            else if (_controller.Value is { } controller)
            {
                Enter(new GuestFault(controller.Acknowledge()), isSoftware: false, isExternal: true);
            }
            else
            {
                break;
            }
        }
    }

    public HowItRuns PrepareInstruction(ulong address)
    {
        var instruction = _code.Instruction;
        if (instruction.Mnemonic is Mnemonic.Rdmsr or Mnemonic.Wrmsr)
        {
            var number = (uint)_state.General[1];
            var isPlain = instruction.Mnemonic == Mnemonic.Rdmsr
                ? _msrs.IsPlain(number)
                : _msrs.IsPlainWrite(number, (uint)_state.General[0] | _state.General[2] << 32);
            return isPlain ? HowItRuns.Plainly : HowItRuns.Emulated;
        }

        var beginsChecks = AlignmentChecks.MayBegin(instruction.Mnemonic) && _alignment.Begin(instruction);
        if (TaskTransfers.MayBe(instruction))
        {
            return _transfers.Prepare(instruction) is not HowItRuns.Plainly and var transfer ? transfer
                : (_state.IsLongMode && _repairs.Concerns(instruction)) || beginsChecks ? HowItRuns.Alone
                : HowItRuns.Plainly;
        }

        if (SystemLoads.MayBe(instruction))
        {
            return _loads.Prepare(instruction);
        }

        if (ProtectionSwitch.IsCr0Load(instruction))
        {
            _protection.Prepare(instruction);
            return HowItRuns.Plainly;
        }

        if (InstructionRepairs.IsWideExchange(instruction.Mnemonic))
        {
            // Unicorn changes ZF in what its record says the flags are, and does not write them there before.
            _state.Flags = _state.Flags;
            return HowItRuns.Plainly;
        }

        _state.GatherExceptions();
        return _coprocessor.Prepare(_code.Opcode, instruction) is not HowItRuns.Plainly and var asked ? asked
            : _vectors.Prepare(instruction) is not HowItRuns.Plainly and var how ? how
            : _repairs.Concerns(instruction) || beginsChecks ? HowItRuns.Alone
            : _emulated.SetsReserved(instruction) ? HowItRuns.Emulated
            : HowItRuns.Plainly;
    }

    public void CompleteInstruction()
    {
        _repairs.Repair();
        _vectors.Complete();
        _coprocessor.Complete();
    }

    /// <summary>The time-stamp counter at this moment, into EDX:EAX, and TSC_AUX into ECX.</summary>
    public void ReadTimeStamp(bool withProcessor)
    {
        var count = _timeStamp.Value;
        _state.General[0] = (uint)count;
        _state.General[2] = count >> 32;
        if (withProcessor)
        {
            _state.General[1] = (uint)_state.TscAux;
        }
    }

    /// <summary>CPUID: into EAX, EBX, ECX and EDX, whose upper halves become zero.</summary>
    public void Identify()
    {
        var general = _state.General;
        var answer = Model.Cpuid.Answer((uint)general[0], (uint)general[1], FindApic()?.IsEnabled == true);
        (general[0], general[3], general[1], general[2]) = (answer.Eax, answer.Ebx, answer.Ecx, answer.Edx);
    }

    public string Disassemble(ReadOnlySpan<byte> code, ulong offset, bool isIntel, out int length) =>
        Disassembly.Of(code, Bitness, offset, isIntel, out length);

    public bool NotePort(ushort port, int count) => _debug.NotePort(port, count);

    /// <summary>Unicorn adds the instruction's length to the PC that this leaves.</summary>
    public uint? CallSystem(bool isEnter)
    {
        var length = _code.Instruction.Length;
        var fault = isEnter ? _calls.Enter() : _calls.Call(length);
        _state.InstructionPointer -= (uint)length;
        if (fault is { } raised)
        {
            _state.ReportException(raised.ErrorCode);
            return raised.Vector;
        }

        return null;
    }

    public bool AllowsPort(ushort port, int count) => _ports.Allows(port, count);

    public void ReadRegister(int index, Span<byte> value) => _registers.Read(index, value);

    public void Dump(TextWriter output) => RegisterDump.Write(_state, Model, Pins.A20, _sleeping, output);

    public void WriteRegister(int index, ReadOnlySpan<byte> value) => _registers.Write(index, value);

    public void Save(StateWriter writer)
    {
        writer.Write(_sleeping);
        writer.Write(_shutDown);
        Pins.Save(writer);
        _registers.Save(writer);
        _msrs.Save(writer);
        _debug.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _sleeping = reader.ReadBoolean();
        _shutDown = reader.ReadBoolean();
        _raised = null;
        Pins.Restore(ref reader);
        _registers.Restore(ref reader);
        _msrs.Restore(ref reader);
        _debug.Restore(ref reader);
    }

    private void Begin()
    {
        _sleeping = false;
        _shutDown = false;
        _raised = null;
        _debug.Forget();
        Pins.Reset();
        _kernel?.Apply(_state, _memory);
    }

    private ILocalApic? FindApic() => _controller.Value as ILocalApic;

    private void Raise(GuestFault fault) => _raised = (fault, false);

    private void Enter(GuestFault fault, bool isSoftware, bool isExternal = false)
    {
        _sleeping = false;
        _state.InhibitsInterrupts = false;
        _shutDown = !_delivery.TryEnter(fault, isSoftware, isExternal);
    }
}
