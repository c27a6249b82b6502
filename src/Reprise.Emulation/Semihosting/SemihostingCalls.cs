using System.Runtime.InteropServices;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Semihosting;

// Goal: answer every call whose answer follows from the machine's own state, and make a request of every other.
//
// Invariants:
// - Nothing here knows the host: its answers come as replies, which are input events (law 3).
// - While a request waits, or after an exit, the machine executes nothing and enters no exception: the call is not over.
// - A pointer of the guest is checked before it is used; what it can't name makes the call fail with -1.
// - All but the command line is state: the request that waits, the exit code, errno, the offset in the features file.

/// <summary>Arm semihosting: what a guest asks of the debugger that it believes to be there.</summary>
public sealed partial class SemihostingCalls
{
    /// <summary>Handles from here on are files of the host.</summary>
    public const uint FirstFileHandle = 5;

    /// <summary>Handle of the console's input.</summary>
    public const uint InputHandle = 1;

    /// <summary>Port of standard output, and name of the events that carry replies.</summary>
    public const string OutputPort = "semihosting";

    public const string ErrorPort = "semihosting-error";

    private const uint OutputHandle = 2;
    private const uint ErrorHandle = 3;

    private const uint Success = 0;
    private const uint Failure = uint.MaxValue;

    /// <summary>ADP_Stopped_ApplicationExit, the one reason to exit that is no failure.</summary>
    private const uint ApplicationExit = 0x20026;

    /// <summary>Where a string that has no end stops being one: 64 KiB.</summary>
    private const uint LongestString = 1 << 16;

    private const ulong NanosecondsPerCentisecond = 10_000_000;
    private const uint TicksPerSecond = 1_000_000_000;

    private readonly ISemihostingCaller _caller;
    private readonly GuestBuffers _memory;
    private readonly VirtualClock _clock;
    private readonly IOutputSink _output;
    private readonly byte[] _commandLine;
    private HostError _error;
    private uint _featuresOffset = Closed;

    /// <param name="caller">The processor whose calls are answered.</param>
    /// <param name="memory">What its pointers point to.</param>
    /// <param name="clock">What the guest takes the time from; the time of day comes from the host.</param>
    /// <param name="output">The console.</param>
    /// <param name="commandLine">What SYS_GET_CMDLINE answers.</param>
    public SemihostingCalls(
        ISemihostingCaller caller, MemoryMap memory, VirtualClock clock, IOutputSink output, string commandLine)
    {
        _caller = caller;
        _memory = new GuestBuffers(memory);
        _clock = clock;
        _output = output;
        _commandLine = [.. System.Text.Encoding.UTF8.GetBytes(commandLine), 0];
    }

    /// <summary>What SYS_HEAPINFO answers.</summary>
    public GuestHeap Heap { get; set; }

    /// <summary>What the machine waits for the host to answer.</summary>
    public HostRequest? Pending { get; private set; }

    /// <summary>The guest ended its run with this status.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Takes the call that ended the engine's run; false when it was none.</summary>
    public bool TryHandle(EngineExit exit)
    {
        if (!_caller.TryTakeCall(exit, out var operation, out var parameter))
        {
            return false;
        }

        var result = Answer((SemihostingOperation)operation, operation <= byte.MaxValue, parameter);
        if (result is { } value)
        {
            _caller.SetResult(value);
        }

        return true;
    }

    /// <summary>Ends the call that waits; without one nothing happens.</summary>
    public void Reply(HostReply reply)
    {
        if (Pending is not { } request)
        {
            return;
        }

        Pending = null;
        var data = reply.Data.Span;
        _memory.TryWrite(request.Buffer, data[..Math.Min(data.Length, request.Capacity)]);
        _error = reply.Error == HostError.None ? _error : reply.Error;
        _caller.SetResult(reply.Result);
    }

    public void Reset()
    {
        Pending = null;
        ExitCode = null;
        _error = HostError.None;
        _featuresOffset = Closed;
    }

    public void Save(StateWriter writer)
    {
        writer.Write((uint)_error);
        writer.Write(_featuresOffset);
        writer.Write(ExitCode is not null);
        writer.Write((uint)ExitCode.GetValueOrDefault());
        writer.Write(Pending is not null);
        Pending?.Save(writer);
    }

    public void Restore(ref StateReader reader)
    {
        _error = (HostError)reader.ReadUInt32();
        _featuresOffset = reader.ReadUInt32();
        var exited = reader.ReadBoolean();
        var code = (int)reader.ReadUInt32();
        ExitCode = exited ? code : null;
        Pending = reader.ReadBoolean() ? HostRequest.Read(ref reader) : null;
    }

    /// <summary>The result; null when there is none yet, or never will be.</summary>
    private uint? Answer(SemihostingOperation operation, bool known, uint parameter)
    {
        // The longest parameter block has four words, and most have fewer: the others are not read.
        Span<uint> block = stackalloc uint[4];
        var words = block[..WordsOf(operation)];
        if (!known || !_memory.TryRead(parameter, words))
        {
            return Fail(known ? HostError.BadAddress : HostError.NotImplemented);
        }

        return operation switch
        {
            SemihostingOperation.Open => Open(words[0], words[1], words[2]),
            SemihostingOperation.Close => Close(words[0]),
            SemihostingOperation.WriteCharacter => WriteConsole(OutputPort, parameter, 1),
            SemihostingOperation.WriteString => WriteString(parameter),
            SemihostingOperation.Write => Write(words[0], words[1], words[2]),
            SemihostingOperation.Read => Read(words[0], words[1], words[2]),
            SemihostingOperation.ReadCharacter => Ask(new HostRequest(operation) { Handle = InputHandle }),
            SemihostingOperation.IsError => (int)words[0] < 0 ? 1u : 0,
            SemihostingOperation.IsTerminal => IsTerminal(words[0]),
            SemihostingOperation.Seek => Seek(words[0], words[1]),
            SemihostingOperation.FileLength => Length(words[0]),
            SemihostingOperation.TemporaryName => NameTemporary(words[0], words[1], words[2]),
            SemihostingOperation.Remove => Remove(words[0], words[1]),
            SemihostingOperation.Rename => Rename(words),
            SemihostingOperation.Clock => (uint)(_clock.Now / NanosecondsPerCentisecond),
            SemihostingOperation.Time => Ask(new HostRequest(operation)),
            SemihostingOperation.ErrorNumber => (uint)_error,
            SemihostingOperation.GetCommandLine => GetCommandLine(parameter, words[0], words[1]),
            SemihostingOperation.HeapInfo => TellHeap(words[0]),
            SemihostingOperation.Exit => Exit(parameter, 0),
            SemihostingOperation.ExitExtended => Exit(words[0], (int)words[1]),
            SemihostingOperation.Elapsed => TellElapsed(parameter),
            SemihostingOperation.TickFrequency => TicksPerSecond,
            _ => Fail(HostError.NotImplemented),
        };
    }

    private static int WordsOf(SemihostingOperation operation) => operation switch
    {
        SemihostingOperation.Rename => 4,
        SemihostingOperation.Open or SemihostingOperation.Write or SemihostingOperation.Read
            or SemihostingOperation.TemporaryName => 3,
        SemihostingOperation.Seek or SemihostingOperation.Remove or SemihostingOperation.GetCommandLine
            or SemihostingOperation.ExitExtended => 2,
        SemihostingOperation.Close or SemihostingOperation.IsError or SemihostingOperation.IsTerminal
            or SemihostingOperation.FileLength or SemihostingOperation.HeapInfo => 1,
        _ => 0,
    };

    private uint Fail(HostError error)
    {
        _error = error;
        return Failure;
    }

    private uint? Ask(HostRequest request)
    {
        Pending = request;
        return null;
    }

    private uint? Exit(uint reason, int code)
    {
        ExitCode = reason == ApplicationExit ? code : 1;
        return null;
    }

    private uint WriteConsole(string port, uint address, uint length)
    {
        Span<byte> value = stackalloc byte[1];
        if (!_memory.Contains(address, length))
        {
            return Fail(HostError.BadAddress);
        }

        for (var i = 0u; i < length; i++)
        {
            _memory.TryRead(address + i, value);
            _output.Write(port, value[0]);
        }

        return Success;
    }

    private uint WriteString(uint address) =>
        _memory.TryMeasure(address, LongestString, out var length)
            ? WriteConsole(OutputPort, address, length)
            : Fail(HostError.BadAddress);

    /// <summary>Writes the line, and its length into the parameter block's second word.</summary>
    private uint GetCommandLine(uint block, uint buffer, uint length)
    {
        if (length < _commandLine.Length)
        {
            return Fail(HostError.InvalidArgument);
        }

        return _memory.TryWrite(buffer, _commandLine)
            && _memory.TryWrite(block + sizeof(uint), BitConverter.GetBytes(_commandLine.Length - 1))
            ? Success
            : Fail(HostError.BadAddress);
    }

    /// <summary>Heap base and limit, stack base and limit; zero is "not known": the guest's linker script knows.</summary>
    private uint TellHeap(uint address)
    {
        // Heap from and to, stack from and to.
        uint[] words = [Heap.Start, Heap.End, Heap.End, Heap.Start];
        return _memory.TryWrite(address, MemoryMarshal.AsBytes(words.AsSpan())) ? Success : Fail(HostError.BadAddress);
    }

    private uint TellElapsed(uint address) =>
        _memory.TryWrite(address, BitConverter.GetBytes(_clock.Now)) ? Success : Fail(HostError.BadAddress);
}
