using System.Buffers.Binary;
using Reprise.Emulation.Semihosting;
using Reprise.Gdb.Descriptions;
using Reprise.Gdb.FileIo;
using Reprise.Gdb.Targets;
using Reprise.TimeTravel.Hosting;

namespace Reprise.Gdb.Tests.Fakes;

/// <summary>
/// A Cortex-M whose every instruction is a two-byte NOP: position n stands at address 2n. Its history goes from 0 to
/// <see cref="End"/>; RAM is writable only there, and the instruction at <see cref="StoreAddress"/> writes
/// <see cref="StoredValue"/> at <see cref="StoreTarget"/>. Where it <see cref="UsesFiles"/>, the one at
/// <see cref="CallAddress"/> is a call to the debugger's, another one each time. Steps can hold things back at the end.
/// </summary>
internal sealed class FakeTarget : IDebugTarget, IBreakpointTarget, IReverseTarget, IMonitorTarget, IRestartTarget,
    IMemoryMapTarget, IThreadTarget, IFileTarget, IStepMaskTarget
{
    public const int MemorySize = 0x400;
    public const uint StoreAddress = 0x40;
    public const uint StoreTarget = 0x300;
    public const byte StoredValue = 0x55;
    public const uint CallAddress = 0x80;

    /// <summary>Two blocks of flash.</summary>
    public const uint FlashAddress = 0x4000;

    private const int AllStepBits = 7;

    private static readonly HostRequest[] _requests =
    [
        new(SemihostingOperation.Open) { Name = "notes.txt", Value = 6, Buffer = 0x200 },
        new(SemihostingOperation.Write) { Handle = SemihostingCalls.FirstFileHandle + 3, Length = 0x40, Buffer = 0x200 },
        new(SemihostingOperation.FileLength) { Handle = SemihostingCalls.FirstFileHandle + 3 },
        new(SemihostingOperation.Read) { Handle = SemihostingCalls.FirstFileHandle + 3, Length = 2 << 20, Buffer = 0x200 },
        new(SemihostingOperation.Seek) { Handle = SemihostingCalls.FirstFileHandle + 3, Value = 8 },
        new(SemihostingOperation.IsTerminal) { Handle = SemihostingCalls.FirstFileHandle + 3 },
        new(SemihostingOperation.Close) { Handle = SemihostingCalls.FirstFileHandle + 3 },
        new(SemihostingOperation.Rename) { Name = "notes.txt", Buffer = 0x200, NewName = "old", Value = 0x210 },
        new(SemihostingOperation.Remove) { Name = "old", Buffer = 0x210 },
    ];

    private readonly DebuggerFiles _files = new(new NoHostServices());
    private readonly byte[] _memory = new byte[MemorySize];
    private readonly byte[] _flash = new byte[2 * MemoryArea.FlashBlockSize];
    private readonly uint[] _registers = new uint[32];
    private readonly Dictionary<(BreakpointKind Kind, ulong Address, int Length), Func<bool>?> _breakpoints = [];
    private int _position;
    private int _request;
    private int _stepMask = AllStepBits;

    public FakeTarget()
    {
        for (var i = 0; i < MemorySize; i += 2)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_memory.AsSpan(i), 0xbf00);
        }

        for (var i = 0u; i < _registers.Length; i++)
        {
            _registers[i] = 0x100 + i;
        }

        _registers[CortexMDescription.StackPointer] = 0x3f0;
        _registers[CortexMDescription.Msp] = 0x3f0;
        _registers[CortexMDescription.Xpsr] = 0x01000000;
    }

    public int End { get; init; } = 0x80;

    /// <summary>The guest makes calls.</summary>
    public bool UsesFiles { get; init; }

    /// <summary>A continue never ends by itself.</summary>
    public bool Endless { get; set; }

    public IReadOnlyCollection<(BreakpointKind Kind, ulong Address, int Length)> Breakpoints => _breakpoints.Keys;

    public bool Detached { get; private set; }

    public bool Killed { get; private set; }

    public int Resumes { get; private set; }

    public IReadOnlyList<MemoryArea> MemoryAreas { get; } =
    [
        new(0, MemorySize, MemoryAreaKind.Ram, "ram"),
        new(0x1000, 0x1000, MemoryAreaKind.Device, "uart<0>"),
        new(FlashAddress, 2 * MemoryArea.FlashBlockSize, MemoryAreaKind.Flash, "flash"),
    ];

    public string ThreadName => "fake & co";

    public string ThreadState => "running";

    public TargetDescription Description => CortexMDescription.Instance;

    public DebugStop LastStop { get; private set; } = DebugStop.Step;

    private uint Pc => (uint)_position * 2;

    public bool TryReadRegister(int number, Span<byte> value)
    {
        var pc = number == CortexMDescription.ProgramCounter;
        BinaryPrimitives.WriteUInt32LittleEndian(value, pc ? Pc : _registers[number]);
        return number != CortexMDescription.Faultmask;
    }

    public WriteResult WriteRegister(int number, ReadOnlySpan<byte> value)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(value);
        if (number == CortexMDescription.ProgramCounter)
        {
            if (bits % 2 != 0 || bits > End * 2)
            {
                return WriteResult.Refused("there is no code there");
            }

            _position = (int)bits / 2;
        }

        _registers[number] = bits;
        return WriteResult.Done;
    }

    public int ReadMemory(ulong address, Span<byte> destination)
    {
        if (address >= FlashAddress && address - FlashAddress < (ulong)_flash.Length)
        {
            var rest = _flash.AsSpan((int)(address - FlashAddress));
            rest = rest[..Math.Min(rest.Length, destination.Length)];
            rest.CopyTo(destination);
            return rest.Length;
        }

        if (address >= MemorySize)
        {
            return 0;
        }

        var count = (int)Math.Min((ulong)destination.Length, MemorySize - address);
        var stored = Pc > StoreAddress;
        for (var i = 0; i < count; i++)
        {
            var here = address + (ulong)i;
            destination[i] = stored && here == StoreTarget ? StoredValue : _memory[here];
        }

        return count;
    }

    public WriteResult WriteMemory(ulong address, ReadOnlySpan<byte> value)
    {
        if (address >= FlashAddress && address - FlashAddress + (ulong)value.Length <= (ulong)_flash.Length)
        {
            value.CopyTo(_flash.AsSpan((int)(address - FlashAddress)));
            return WriteResult.Done;
        }

        if (address + (ulong)value.Length > MemorySize)
        {
            return WriteResult.Refused("no memory there");
        }

        if (address >= 0x380)
        {
            return WriteResult.Refused("the past can't be changed");
        }

        value.CopyTo(_memory.AsSpan((int)address));
        return WriteResult.Done;
    }

    public WriteResult Insert(BreakpointKind kind, ulong address, int length, Func<bool>? condition)
    {
        if (address >= MemorySize)
        {
            return WriteResult.Refused("no memory there");
        }

        return _breakpoints.TryAdd((kind, address, length), condition) ? WriteResult.Done : throw new InvalidOperationException();
    }

    public WriteResult Remove(BreakpointKind kind, ulong address, int length) =>
        _breakpoints.Remove((kind, address, length)) ? WriteResult.Done : throw new InvalidOperationException();

    public DebugStop Resume(ResumeAction action, Func<bool> interrupted)
    {
        Resumes++;
        while (Endless && action.Kind is ResumeKind.Continue)
        {
            if (interrupted())
            {
                return LastStop = DebugStop.Interrupted;
            }

            Thread.Sleep(1);
        }

        return LastStop = Move(action);
    }

    public DebugStop Reply(FileReply reply, ResumeAction action, Func<bool> interrupted)
    {
        if (!IsAtCall)
        {
            return Resume(action, interrupted);
        }

        var (answer, next) = _files.Take(reply.Result, reply.Error);
        if (answer is not { } host)
        {
            return LastStop = next is null ? DebugStop.Interrupted : DebugStop.FileCall(next);
        }

        _registers[0] = host.Result;
        _request++;
        _position++;
        return reply.Interrupted ? LastStop = DebugStop.Interrupted
            : EndOf(action) is { } stop ? LastStop = stop
            : Resume(action, interrupted);
    }

    public int SupportedStepMask => _position == End ? AllStepBits : 1;

    public int StepMask
    {
        get => _stepMask & SupportedStepMask;
        set => _stepMask = value;
    }

    private bool IsAtCall => UsesFiles && Pc == CallAddress;

    public void Detach() => Detached = true;

    public void Kill() => Killed = true;

    public DebugStop Restart()
    {
        _position = 0;
        return LastStop = DebugStop.Step;
    }

    public bool Execute(string command, TextWriter output, Func<bool> interrupted, bool hints)
    {
        switch (command)
        {
            case "help":
                output.Write("help  this text\nquit  end the server\n");
                return true;
            case "long":
                output.Write(new string('=', 100_000));
                return true;
            case "think":
                while (!interrupted())
                {
                    Thread.Sleep(1);
                }

                output.Write("done");
                return true;
            case "quit":
                return false;
            default:
                output.Write("unknown command\n");
                return true;
        }
    }

    private DebugStop Move(ResumeAction action)
    {
        var back = action.Kind is ResumeKind.ReverseStep or ResumeKind.ReverseContinue;
        while (true)
        {
            if (_position == (back ? 0 : End))
            {
                return back ? DebugStop.ReplayLogBegin : DebugStop.ReplayLogEnd;
            }

            if (Watched(back ? Pc - 2 : Pc) is { } access)
            {
                return access;
            }

            if (!back && IsAtCall)
            {
                return DebugStop.FileCall(_files.Begin(_requests[_request % _requests.Length]));
            }

            _position += back ? -1 : 1;
            if (EndOf(action) is { } stop)
            {
                return stop;
            }
        }
    }

    /// <summary>Why what is resumed ends here; null when it goes on.</summary>
    private DebugStop? EndOf(ResumeAction action) =>
        action.Kind is ResumeKind.Step or ResumeKind.ReverseStep ? DebugStop.Step
        : Broken() is { } stop ? stop
        : action.Kind == ResumeKind.StepRange && (Pc < action.Start || Pc >= action.End) ? DebugStop.Step
        : null;

    private DebugStop? Broken()
    {
        foreach (var ((kind, address, _), condition) in _breakpoints)
        {
            if (address == Pc && kind is (BreakpointKind.Software or BreakpointKind.Hardware)
                && condition?.Invoke() != false)
            {
                return kind == BreakpointKind.Software ? DebugStop.SoftwareBreakpoint : DebugStop.HardwareBreakpoint;
            }
        }

        return null;
    }

    /// <summary>The hit of the instruction about to be done or undone; both stop before it.</summary>
    private DebugStop? Watched(uint instruction)
    {
        foreach (var (kind, address, length) in _breakpoints.Keys)
        {
            if (kind is not (BreakpointKind.Software or BreakpointKind.Hardware) && instruction == StoreAddress
                && StoreTarget >= address && StoreTarget < address + (ulong)length)
            {
                var access = kind switch
                {
                    BreakpointKind.ReadWatch => WatchAccess.Read,
                    BreakpointKind.AccessWatch => WatchAccess.Access,
                    _ => WatchAccess.Write,
                };
                return DebugStop.Watchpoint(access, StoreTarget);
            }
        }

        return null;
    }
}
