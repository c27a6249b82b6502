using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// I/O ports. Unicorn's hooks for IN and OUT come with the exact PC, and cost other instructions nothing. What they can't
/// do is stop behind the instruction: translated code goes on to its next access. So where an access must end the run
/// in the middle of a block, the registers are saved as they are before the instruction, and every further access is
/// made to fail; then the instruction runs again as the last one, and the log answers what it did.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private bool _portStop;
    private bool _portDenied;

    /// <summary>Whether the instruction that runs may access so many I/O ports from one on.</summary>
    public Func<ushort, int, bool>? AllowsPort { get; set; }

    /// <summary>Called when ports were accessed; true when the run must end behind the instruction.</summary>
    public Func<ushort, int, bool>? PortAccessed { get; set; }

    /// <summary>Called when an instruction reads the time-stamp counter, and whether RDTSCP does.</summary>
    public Action<ulong, bool>? TimeStampRead { get; set; }

    /// <summary>
    /// Called when an instruction calls the system, and whether it is SYSENTER; answers the exception that it raises
    /// instead.
    /// </summary>
    public Func<bool, uint?>? SystemCalled { get; set; }

    /// <summary>Called when an instruction asks what the processor is.</summary>
    public Action? Identifying { get; set; }

    private void HookPorts()
    {
        delegate* unmanaged<nint, CounterState*, int> identify = &Identify;
        _unicorn.AddHook(X86Instruction.Identify, identify, _state);
        delegate* unmanaged<nint, uint, int, CounterState*, uint> read = &ReadPort;
        delegate* unmanaged<nint, uint, int, uint, CounterState*, void> write = &WritePort;
        _unicorn.AddHook(X86Instruction.In, read, _state);
        _unicorn.AddHook(X86Instruction.Out, write, _state);
        delegate* unmanaged<nint, CounterState*, int> time = &ReadTime;
        delegate* unmanaged<nint, CounterState*, int> timeAndProcessor = &ReadTimeAndProcessor;
        _unicorn.AddHook(X86Instruction.ReadTimeStamp, time, _state);
        _unicorn.AddHook(X86Instruction.ReadTimeStampAndProcessor, timeAndProcessor, _state);
        delegate* unmanaged<nint, CounterState*, void> call = &CallSystem;
        delegate* unmanaged<nint, CounterState*, void> enter = &EnterSystem;
        _unicorn.AddHook(X86Instruction.SystemCall, call, _state);
        _unicorn.AddHook(X86Instruction.SystemEnter, enter, _state);
    }

    [UnmanagedCallersOnly]
    private static void CallSystem(nint unicorn, CounterState* state) => Self(state).CallSystem(isEnter: false);

    [UnmanagedCallersOnly]
    private static void EnterSystem(nint unicorn, CounterState* state) => Self(state).CallSystem(isEnter: true);

    private void CallSystem(bool isEnter)
    {
        if (_abandonedAt is null && SystemCalled?.Invoke(isEnter) is { } number)
        {
            _exception = number;
            _unicorn.Stop();
        }
    }

    [UnmanagedCallersOnly]
    private static int Identify(nint unicorn, CounterState* state)
    {
        Self(state).Identifying?.Invoke();
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int ReadTime(nint unicorn, CounterState* state) => Self(state).ReadTime(withProcessor: false);

    [UnmanagedCallersOnly]
    private static int ReadTimeAndProcessor(nint unicorn, CounterState* state) =>
        Self(state).ReadTime(withProcessor: true);

    private int ReadTime(bool withProcessor)
    {
        TimeStampRead?.Invoke(PositionOf(_decoder.ReadProgramCounter(_unicorn)), withProcessor);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static uint ReadPort(nint unicorn, uint port, int size, CounterState* state) =>
        Self(state).AccessPort((ushort)port, size, 0, MemoryAccess.Read);

    [UnmanagedCallersOnly]
    private static void WritePort(nint unicorn, uint port, int size, uint value, CounterState* state) =>
        Self(state).AccessPort((ushort)port, size, value, MemoryAccess.Write);

    private uint AccessPort(ushort port, int size, uint value, MemoryAccess access)
    {
        if (_abandonedAt is not null)
        {
            return value;
        }

        _accessPc = _decoder.ReadProgramCounter(_unicorn);
        _accessPosition = PositionOf(_accessPc);
        if (_log.TryReplay(_accessPosition, out var before))
        {
            return before;
        }

        if (AllowsPort?.Invoke(port, size) == false)
        {
            _portDenied = true;
            Abandon();
            StopAtNextAccess();
            return value;
        }

        _isCodeChanged = false;
        _writer = _accessPosition;
        if (access == MemoryAccess.Read)
        {
            value = _bus.ReadPort(port, size, _accessPosition);
        }
        else
        {
            _bus.WritePort(port, value, size, _accessPosition);
        }

        _writer = null;
        _log.Add(value);
        Spend(OfPort);
        if (PortAccessed?.Invoke(port, size) == true || _isCodeChanged || EndsBehindOutsideWatch)
        {
            LimitTo(_accessPosition + 1);
        }

        if (_abandonedAt is not null)
        {
            StopAtNextAccess();
        }

        return value;
    }

    /// <summary>
    /// The registers are kept as they are before this instruction. What the TLB holds is forgotten: a write to it would be made,
    /// before what comes between this instruction and that one.
    /// </summary>
    private void StopAtNextAccess()
    {
        _unicorn.Save(_context);
        _portStop = true;
        FlushTlb();
    }
}
