using System.Buffers.Binary;
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
public sealed class X86Processor : IProcessor, IKernelStarter
{
    private const uint TrapFlag = 1 << 8;
    private const uint InterruptFlag = 1 << 9;
    private const byte DebugException = 1;
    private const uint TaskStateLength = 104;
    private const uint PortMapPointer = 0x66;
    private const ulong ResetVector = 0xffff_fff0;

    private readonly X86State _state;
    private readonly X86Decoder _decoder;
    private readonly PageTables _tables;
    private readonly ExceptionEntry _entry;
    private readonly LinearMemory _linear;
    private readonly OperandAddresses _addresses;
    private readonly X86Registers _registers;
    private readonly SystemCalls _calls;
    private readonly DebugRegisters _debug;
    private readonly VirtualClock _clock;
    private readonly ClockSource _cpuClock;
    private readonly MemoryMap _memory;
    private readonly GuestCode _code;
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
    public X86Processor(
        X86Model model,
        MemoryMap memory,
        VirtualClock clock,
        ClockSource cpuClock,
        Func<IInterruptAcknowledge?> findController)
    {
        Model = model;
        Unicorn = UnicornEngine.OpenX86(model.Core);
        _state = X86StateFinder.Find(Unicorn);
        Unicorn.UseVirtualTlb();
        _memory = memory;
        _clock = clock;
        _cpuClock = cpuClock;
        _controller = new Lazy<IInterruptAcknowledge?>(findController);
        _decoder = new X86Decoder(_state);
        _tables = new PageTables(_state, Pins, memory, IsSystemAccess);
        _code = new GuestCode(memory, _tables);
        _linear = new LinearMemory(_state, _tables, memory);
        _entry = new ExceptionEntry(_state, _linear, new DescriptorTables(_state, _linear));
        _registers = new X86Registers(_state, model);
        _addresses = new OperandAddresses(_state);
        _calls = new SystemCalls(_state);
        _debug = new DebugRegisters(_state);
    }

    /// <summary>Which x86 it is.</summary>
    public X86Model Model { get; }

    /// <summary>The engine that executes; the machine's.</summary>
    public UnicornEngine Unicorn { get; }

    /// <summary>Its inputs.</summary>
    public X86Pins Pins { get; } = new();

    public string Name => Model.Name;

    public IInstructionDecoder Decoder => _decoder;

    public IMemoryProtection? Protection => null;

    public IInstructionTraps Traps => _debug;

    public IGuestWatch GuestWatch => _debug;

    public IAddressTranslation Translation => _tables;

    public IReadOnlyList<RegisterInfo> Registers => _registers.All;

    public ulong ProgramCounter => _decoder.ProgramCounter;

    public bool Sleeping => _sleeping;

    public string? Halted => _shutDown ? "shut down: a fault while entering a double fault" : null;

    public bool ResetRequested => false;

    public bool HasPending => Pins.InterruptLevel || Pins.NmiPending;

    public bool FollowsMaskChanges => false;

    public bool ModeChanged => false;

    public bool Deliverable => !HoldsInterrupts && !_state.InhibitsInterrupts && (TakesNmi || TakesInterrupt);

    public bool WaitsForOneInstruction =>
        !HoldsInterrupts && _state.InhibitsInterrupts && (TakesNmi || TakesInterrupt);

    public bool HoldsInterrupts { get; set; }

    private bool TakesNmi => Pins.NmiPending && !_state.NmiIsBlocked;

    private bool TakesInterrupt => Pins.InterruptLevel && (_state.ControlFlags & InterruptFlag) != 0;

    /// <summary>Power-on state (SDM volume 3, table 9-1): real mode, at F000:FFF0 with the base FFFF0000.</summary>
    public void Reset()
    {
        _sleeping = false;
        _shutDown = false;
        _raised = null;
        Pins.Reset();
        _registers.Reset();
        _kernel?.Apply(_state, _memory);
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
            _kernel = new MultibootStart((uint)entry, commandLine);
            return null;
        }

        return $"a Multiboot kernel, or code at the reset vector 0x{ResetVector:x}";
    }

    public void Handle(EngineExit exit)
    {
        switch (exit.Kind)
        {
            case ExitKind.Halted:
                _sleeping = true;
                break;
            case ExitKind.InvalidInstruction:
                Raise(new GuestFault(GuestFault.InvalidOpcode));
                break;
            case ExitKind.Emulated:
                Emulate();
                break;
            case ExitKind.PortDenied:
                Raise(new GuestFault(GuestFault.Protection));
                break;
            case ExitKind.MemoryFault:
                RaiseMemoryFault(exit);
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
        if (_debug.TakeHits() && _raised is null)
        {
            Raise(new GuestFault(GuestFault.Debug));
        }

        if (_raised is { } raised)
        {
            _raised = null;
            Enter(raised.Fault, raised.IsSoftware);
        }

        _sleeping &= !(HoldsInterrupts && (TakesNmi || TakesInterrupt));
        while (!_shutDown && Deliverable)
        {
            _sleeping = false;
            if (TakesNmi)
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

    /// <summary>The time-stamp counter at this moment, into EDX:EAX, and TSC_AUX into ECX.</summary>
    public void ReadTimeStamp(bool withProcessor)
    {
        var count = (ulong)((UInt128)_clock.Now * _cpuClock.Frequency / 1_000_000_000);
        _state.General[0] = (uint)count;
        _state.General[2] = count >> 32;
        if (withProcessor)
        {
            _state.General[1] = (uint)_state.TscAux;
        }
    }

    public bool NotePort(ushort port, int count) => _debug.NotePort(port, count);

    /// <summary>Unicorn adds the instruction's length to the PC that this leaves.</summary>
    public uint? CallSystem(bool isEnter)
    {
        var length = CurrentInstruction().Length;
        var fault = isEnter ? _calls.Enter() : _calls.Call(length);
        _state.InstructionPointer -= (uint)length;
        if (fault is { } raised)
        {
            _state.ReportException(raised.ErrorCode);
            return raised.Vector;
        }

        return null;
    }

    /// <summary>
    /// The I/O privilege level, and then the map in the task's state (SDM volume 1, 18.5); Unicorn allows all.
    /// </summary>
    public bool AllowsPort(ushort port, int count)
    {
        var level = (int)(_state.ControlFlags >> 12 & 3);
        if ((_state.Cr0 & 1) == 0
            || (_state.PrivilegeLevel <= level && (_state.ControlFlags & X86State.VirtualMode) == 0))
        {
            return true;
        }

        var task = _state.Segment(SegmentNumber.Tr);
        if ((task.Flags >> 8 & 0x1d) != 9 || task.Limit < TaskStateLength - 1)
        {
            return false;
        }

        _linear.Begin();
        var offset = (uint)_linear.Read(task.Base + PortMapPointer, 2) + port / 8u;
        if (offset + 1 > task.Limit)
        {
            return false;
        }

        var bits = (uint)_linear.Read(task.Base + offset, 2) >> port % 8;
        return _linear.Fault is null && (bits & ((1u << count) - 1)) == 0;
    }

    public void ReadRegister(int index, Span<byte> value) => _registers.Read(index, value);

    public void WriteRegister(int index, ReadOnlySpan<byte> value) => _registers.Write(index, value);

    public void Save(StateWriter writer)
    {
        writer.Write(_sleeping);
        writer.Write(_shutDown);
        Pins.Save(writer);
        _registers.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _sleeping = reader.ReadBoolean();
        _shutDown = reader.ReadBoolean();
        _raised = null;
        Pins.Restore(ref reader);
        _registers.Restore(ref reader);
    }

    /// <summary>INT1 and MOV from or to debug registers.</summary>
    private void Emulate()
    {
        var instruction = CurrentInstruction();
        if (instruction.Mnemonic != Mnemonic.Int1 && _debug.Move(instruction) is { } fault)
        {
            Raise(fault);
            return;
        }

        var next = _state.InstructionPointer + (uint)instruction.Length;
        _state.InstructionPointer = _state.Bitness == 64 ? next : _state.Bitness == 32 ? (uint)next : (ushort)next;
        _state.InhibitsInterrupts = false;
        if (instruction.Mnemonic == Mnemonic.Int1)
        {
            Raise(new GuestFault(GuestFault.Debug));
        }
        else if ((_state.ControlFlags & TrapFlag) != 0)
        {
            _debug.SetSingleStep();
            Raise(new GuestFault(GuestFault.Debug));
        }
    }

    private void Raise(GuestFault fault) => _raised = (fault, false);

    private void RaiseMemoryFault(EngineExit exit)
    {
        var pc = ProgramCounter;
        var address = exit.Access == MemoryAccess.Fetch ? Math.Max(exit.Address, pc) : exit.Address;
        var asUser = _state.PrivilegeLevel == 3 && !IsSystemAccess(address);
        if (_tables.TryAccess(address, exit.Access, asUser, out _, out _))
        {
            // Code where nothing is: the open bus reads FF FF, which is no instruction.
            Raise(new GuestFault(GuestFault.InvalidOpcode));
            return;
        }

        if (!_tables.IsCanonical(address))
        {
            var isOnStack = exit.Access != MemoryAccess.Fetch && _addresses.IsOnStack(CurrentInstruction());
            Raise(new GuestFault(isOnStack ? GuestFault.Stack : GuestFault.Protection));
            return;
        }

        address = exit.Access == MemoryAccess.Fetch ? address : _addresses.FindFault(CurrentInstruction(), address);
        Raise(GuestFault.Page(address, _tables.ErrorOf(address, exit.Access, asUser)));
    }

    /// <summary>Enters an exception, or what comes of it when that fails (SDM volume 3, 6.15, interrupt 8).</summary>
    private void Enter(GuestFault fault, bool isSoftware, bool isExternal = false)
    {
        _sleeping = false;
        _state.InhibitsInterrupts = false;
        var first = isExternal || isSoftware ? new GuestFault(DebugException) : fault;
        while (_entry.Enter(fault, isSoftware, isExternal) is { } second)
        {
            _state.InstructionPointer -= isSoftware ? LengthOfInterrupt(fault.Vector) : 0;
            isSoftware = false;
            isExternal = false;
            if (GuestFault.Combine(first, second) is not { } next)
            {
                _shutDown = true;
                return;
            }

            first = fault = next;
        }
    }

    /// <summary>Bytes of the INT, INT3 or INTO that the PC is behind; prefixes, which mean nothing, do not count.</summary>
    private uint LengthOfInterrupt(byte vector)
    {
        const byte int3 = 0xcc;
        const byte into = 0xce;
        var last = _code.At(ProgramCounter - 1);
        return (vector == GuestFault.Breakpoint && last is [int3, ..]) || (vector == GuestFault.Overflow && last is [into, ..])
            ? 1u
            : 2;
    }

    /// <summary>
    /// A processor in ring 3 reads descriptors and its task's state with its own rights, not the user's. Unicorn does
    /// not say which access it is: it is one of those when such an instruction runs, and the page has such a table.
    /// </summary>
    private bool IsSystemAccess(ulong address)
    {
        if (_state.PrivilegeLevel != 3 || !(IsNear(SegmentNumber.Gdtr, address) || IsNear(SegmentNumber.Ldtr, address)
            || IsNear(SegmentNumber.Tr, address)))
        {
            return false;
        }

        var instruction = CurrentInstruction();
        return instruction.Mnemonic is Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw
                or Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss
                or Mnemonic.Retf or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq
                or Mnemonic.In or Mnemonic.Out or Mnemonic.Insb or Mnemonic.Insw or Mnemonic.Insd
                or Mnemonic.Outsb or Mnemonic.Outsw or Mnemonic.Outsd
            || instruction.IsJmpFar || instruction.IsCallFar || instruction.IsJmpFarIndirect
            || instruction.IsCallFarIndirect
            || (instruction.Mnemonic is Mnemonic.Mov or Mnemonic.Pop && instruction.Op0Register.IsSegmentRegister());
    }

    private Instruction CurrentInstruction() => _decoder.Decode(_code.At(ProgramCounter));

    private bool IsNear(SegmentNumber number, ulong address)
    {
        var table = _state.Segment(number);
        var page = (ulong)_memory.PageSize - 1;
        return address >= (table.Base & ~page) && address <= ((table.Base + table.Limit) | page);
    }
}
