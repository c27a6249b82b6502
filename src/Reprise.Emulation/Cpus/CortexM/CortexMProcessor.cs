using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// A Cortex-M3 (ARMv7-M, DDI 0403E): Unicorn executes its instructions, <see cref="CortexMExceptions"/> does the rest.
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
    private const uint InitialXpsr = 1 << 24;

    /// <summary>What a debugger may not change: IPSR, the IT bits and T.</summary>
    private const uint FixedXpsr = 0x0700_fdff;

    private static readonly ArmRegister[] _saved =
    [
        .. Enumerable.Range(0, 13).Select(number => ArmRegister.R0 + number),
        ArmRegister.Xpsr, ArmRegister.Control, ArmRegister.Msp, ArmRegister.Psp, ArmRegister.Lr, ArmRegister.Pc,
        ArmRegister.Primask, ArmRegister.Basepri, ArmRegister.Faultmask,
    ];

    private static readonly (string Name, ArmRegister Register, int Bits)[] _visible =
    [
        .. Enumerable.Range(0, 13).Select(number => ($"r{number}", ArmRegister.R0 + number, 32)),
        ("sp", ArmRegister.Sp, 32), ("lr", ArmRegister.Lr, 32), ("pc", ArmRegister.Pc, 32),
        ("xpsr", ArmRegister.Xpsr, 32), ("msp", ArmRegister.Msp, 32), ("psp", ArmRegister.Psp, 32),
        ("primask", ArmRegister.Primask, 8), ("basepri", ArmRegister.Basepri, 8),
        ("faultmask", ArmRegister.Faultmask, 8), ("control", ArmRegister.Control, 8),
    ];

    private readonly UnicornRegisters _registers;
    private readonly ExclusiveMonitor _monitor;
    private readonly MemoryMap _memory;

    /// <param name="unicorn">The engine that executes; stays the caller's.</param>
    /// <param name="memory">Memory of vectors and stacks.</param>
    /// <param name="externalInterrupts">Interrupt inputs of the NVIC.</param>
    /// <param name="priorityBits">Implemented bits of a priority.</param>
    public CortexMProcessor(UnicornEngine unicorn, MemoryMap memory, int externalInterrupts, int priorityBits)
    {
        _registers = new UnicornRegisters(unicorn);
        _monitor = new ExclusiveMonitor(unicorn);
        _memory = memory;
        Exceptions = new CortexMExceptions(_registers, this, externalInterrupts, priorityBits);
    }

    public string Name => "cortex-m3";

    public IInstructionDecoder Decoder { get; } = new ThumbDecoder();

    public IReadOnlyList<RegisterInfo> Registers { get; } =
        [.. _visible.Select(register => new RegisterInfo(register.Name, register.Bits))];

    public CortexMExceptions Exceptions { get; }

    public IEnumerable<InterruptState> Interrupts => Exceptions.States;

    public ulong ProgramCounter => _registers.Read(ArmRegister.Pc);

    public bool Sleeping { get; private set; }

    public string? Halted => Exceptions.LockedUp ? "locked up: a fault at a priority that can take none" : null;

    public bool ResetRequested => Exceptions.ResetRequested;

    public bool HasPending => Exceptions.HasPending;

    public bool Deliverable => Exceptions.Deliverable;

    /// <summary>B1.5.5: MSP and PC come from the vector table's first two words.</summary>
    public void Reset()
    {
        Exceptions.Reset();
        _monitor.Clear();
        Sleeping = false;
        foreach (var register in _saved)
        {
            _registers.Write(register, 0);
        }

        _registers.Write(ArmRegister.Xpsr, InitialXpsr);
        _registers.Write(ArmRegister.Lr, InitialLinkRegister);
        TryRead32(Exceptions.VectorTable, out var stack);
        TryRead32(Exceptions.VectorTable + 4, out var start);
        _registers.Write(ArmRegister.Msp, stack & ~3u);
        _registers.Write(ArmRegister.Pc, start & ~1u);
    }

    public void Handle(EngineExit exit)
    {
        switch (exit.Kind)
        {
            case ExitKind.Halted:
                Sleeping = true;
                break;
            case ExitKind.InvalidInstruction:
                Exceptions.RaiseUndefined();
                break;
            case ExitKind.MemoryFault when exit.Access == MemoryAccess.Fetch:
                RaiseFetchFault((uint)exit.Address);
                break;
            case ExitKind.MemoryFault when Exceptions.IgnoresDataBusFaults:
                SkipInstruction();
                break;
            case ExitKind.MemoryFault:
                Exceptions.RaiseBusFault((uint)exit.Address, BusFaultKind.Data);
                break;
            case ExitKind.GuestException:
                HandleException(exit.Number);
                break;
        }
    }

    public void Settle()
    {
        if (Sleeping && Exceptions.WakesFromWfi)
        {
            Sleeping = false;
        }

        if (Exceptions.Deliverable)
        {
            _monitor.Clear();
        }

        while (Exceptions.TryEnter())
        {
            Sleeping = false;
        }

        if (Exceptions.ConsumeSleepOnExit())
        {
            Sleeping = true;
        }
    }

    public void ReadRegister(int index, Span<byte> value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, _registers.Read(_visible[index].Register));
        word[..value.Length].CopyTo(value);
    }

    public void WriteRegister(int index, ReadOnlySpan<byte> value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        word.Clear();
        value.CopyTo(word);
        var register = _visible[index].Register;
        var wanted = BinaryPrimitives.ReadUInt32LittleEndian(word);
        _registers.Write(register, register switch
        {
            ArmRegister.Pc => wanted & ~1u,
            ArmRegister.Sp or ArmRegister.Msp or ArmRegister.Psp => wanted & ~3u,
            ArmRegister.Xpsr => (wanted & ~FixedXpsr) | (_registers.Read(register) & FixedXpsr),
            ArmRegister.Primask or ArmRegister.Faultmask => wanted & 1,
            ArmRegister.Control => wanted & 3,
            _ => wanted,
        });
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
        return _memory.Write(address, word) == word.Length;
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
        foreach (var register in _saved)
        {
            writer.Write(_registers.Read(register));
        }

        _monitor.Save(writer);
        writer.Write(Sleeping);
        Exceptions.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        foreach (var register in _saved)
        {
            _registers.Write(register, reader.ReadUInt32());
        }

        _monitor.Restore(ref reader);
        Sleeping = reader.ReadBoolean();
        Exceptions.Restore(ref reader);
    }

    private void HandleException(uint number)
    {
        switch (number)
        {
            case SupervisorCall:
                Exceptions.RaiseSvc();
                break;
            case Breakpoint:
                Exceptions.RaiseBreakpoint();
                break;
            case ExceptionExit:
                _monitor.Clear();
                Exceptions.Return(_registers.Read(ArmRegister.Pc) | 1);
                break;
            case NoCoprocessor:
                Exceptions.RaiseNoCoprocessor();
                break;
            case InvalidState:
                Exceptions.RaiseInvalidState();
                break;
            case UndefinedInstruction:
            default:
                Exceptions.RaiseUndefined();
                break;
        }
    }

    /// <summary>Peripherals, external devices and the system are execute-never (B3.1, table B3-1).</summary>
    private void RaiseFetchFault(uint address)
    {
        if (address is (>= 0x4000_0000 and < 0x6000_0000) or >= 0xa000_0000)
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
