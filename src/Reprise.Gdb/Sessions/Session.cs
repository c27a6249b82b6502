using System.Buffers;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Sessions;

// Goal: one debugger's conversation, without I/O. The owner feeds bytes, sends Output, and calls Run when asked to.
//
// Invariants:
// - Every packet gets exactly one reply (a damaged one is asked for again), and nothing is sent unasked.
// - A resume is two steps: Feed stops at it, Run answers it. What Output holds meanwhile, its '+' and a command's text,
//   the owner may send while Run asks whether it is interrupted.
// - No bytes whatever make it throw, or hold more memory than a packet, a reply and its copy.

/// <summary>The remote protocol for one connection: bytes in, bytes out.</summary>
public sealed class Session
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _lastPacket = new();
    private readonly PacketReader _reader = new(SessionContext.PacketSize);
    private readonly SessionContext _context;
    private byte[]? _greeting;
    private bool _heard;

    public Session(IDebugTarget target) => _context = new(target, new ConsoleOutput(SendPacket));

    public SessionState State { get; private set; }

    /// <summary>Whether <see cref="Run"/> is at a monitor command, for which gdb waits 2 s and then gives up.</summary>
    public bool RunsCommand { get; private set; }

    /// <summary>Bytes to send; they stay until <see cref="ClearOutput"/>.</summary>
    public ReadOnlyMemory<byte> Output => _output.WrittenMemory;

    public void ClearOutput() => _output.ResetWrittenCount();

    /// <summary>
    /// Takes bytes up to the end of the first packet among them, and of its repetitions. Only while <see cref="SessionState.Listening"/>.
    /// </summary>
    /// <returns>How many were taken: at least one, if there are any.</returns>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        if (State != SessionState.Listening)
        {
            throw new InvalidOperationException($"The session is not listening; it is {State}.");
        }

        var start = -1;
        for (var i = 0; i < bytes.Length; i++)
        {
            start = bytes[i] == '$' ? i : start;
            var acknowledged = !_context.NoAcknowledgements;
            if (Take(bytes[i]))
            {
                return i + 1 + (acknowledged && start >= 0 ? RepeatsOf(bytes[start..(i + 1)], bytes[(i + 1)..]) : 0);
            }
        }

        return bytes.Length;
    }

    /// <summary>Runs the guest, or a monitor command, as the last packet asked, and writes the reply.</summary>
    /// <param name="interrupted">Whether the peer sent 0x03 or is gone; the target polls it.</param>
    public void Run(Func<bool> interrupted)
    {
        if (State != SessionState.ResumeWanted)
        {
            throw new InvalidOperationException($"There is nothing to resume; the session is {State}.");
        }

        State = SessionState.Listening;
        if (_context.PendingCommand is { } command)
        {
            _context.PendingCommand = null;
            RunCommand(command, interrupted);
            return;
        }

        var stop = _context.PendingFileReply is { } file && _context.Target is IFileTarget files
            ? files.Reply(file, _context.PendingResume, interrupted)
            : _context.Target.Resume(_context.PendingResume, interrupted);
        if (stop.Kind == StopKind.Watchpoint && _context.WatchesAfterAccess && _context.Target is IPassAccessTarget target)
        {
            target.PassAccess(_context.PendingResume.Kind is ResumeKind.ReverseStep or ResumeKind.ReverseContinue);
        }

        _context.Console.SendKept();
        _context.Reply.Clear();
        _context.AwaitsFileReply = stop.Kind == StopKind.FileCall;
        StopReply.Write(stop, _context);
        SendPacket(_context.Reply.Content);
    }

    /// <summary>
    /// What a command wrote so far, or an empty text where it wrote nothing: gdb then knows that it is still at it. Only
    /// while <see cref="RunsCommand"/>.
    /// </summary>
    public void ShowProgress()
    {
        _context.Console.Flush();
        if (_output.WrittenCount == 0)
        {
            SendPacket("O"u8);
        }
    }

    /// <summary>The connection is gone: takes its breakpoints out, and leaves the guest where it is.</summary>
    public void Close()
    {
        _context.Breakpoints.Clear();
        State = SessionState.Ended;
    }

    private void RunCommand(Func<Func<bool>, bool> command, Func<bool> interrupted)
    {
        _context.Console.SendKept();
        RunsCommand = true;
        var goesOn = command(interrupted);
        RunsCommand = false;
        _context.Console.Flush();
        _context.Reply.Clear();
        _context.Ok();
        SendPacket(_context.Reply.Content);
        State = goesOn ? SessionState.Listening : SessionState.Ended;
    }

    /// <summary>
    /// Bytes of the same packet sent again. Without an acknowledgement within 2 s gdb repeats itself, and takes a second
    /// reply for that of its next packet. Before the first reply nothing else can come.
    /// </summary>
    private static int RepeatsOf(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> next)
    {
        var length = 0;
        while (next[length..].StartsWith(packet))
        {
            length += packet.Length;
        }

        return length;
    }

    /// <summary>True when the byte ended a packet.</summary>
    private bool Take(byte value)
    {
        switch (_reader.Feed(value))
        {
            case WireEvent.Acknowledged:
                _heard = true;
                return false;
            case WireEvent.Packet when IsGreetingAgain(_reader.Packet):
                return true;
            case WireEvent.Packet:
                Acknowledge((byte)'+');
                Serve(_reader.Packet);
                return true;
            case WireEvent.TooLong:
                Acknowledge((byte)'+');
                Refuse();
                return true;
            case WireEvent.Damaged when _context.NoAcknowledgements:
                Refuse();
                return true;
            case WireEvent.Damaged:
                Acknowledge((byte)'-');
                return true;
            case WireEvent.ResendWanted when !_context.NoAcknowledgements:
                _output.Write(_lastPacket.WrittenSpan);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Whether this is the first packet once more, which the peer sent before it had our reply: on a busy host that may take
    /// longer than its 2 s. See <see cref="RepeatsOf"/>.
    /// </summary>
    private bool IsGreetingAgain(ReadOnlySpan<byte> packet)
    {
        if (_greeting is null)
        {
            (_greeting, _heard) = (packet.ToArray(), false);
            return false;
        }

        var again = !_heard && packet.StartsWith("qSupported"u8) && packet.SequenceEqual(_greeting);
        _heard |= !again;
        return again;
    }

    private void Acknowledge(byte sign)
    {
        if (!_context.NoAcknowledgements)
        {
            _output.Write([sign]);
        }
    }

    private void Refuse()
    {
        _context.Error(Errors.BadPacket);
        SendPacket(_context.Reply.Content);
    }

    private void Serve(ReadOnlySpan<byte> packet)
    {
        _context.Reply.Clear();
        var handler = PacketTable.Find(packet, out var nameLength);
        var answer = handler?.Handle(new PacketArguments(packet[nameLength..]), _context) ?? _context.Unknown();
        if (answer is Answer.Reply or Answer.End)
        {
            SendPacket(_context.Reply.Content);
        }

        State = answer switch
        {
            Answer.Resume => SessionState.ResumeWanted,
            Answer.End or Answer.EndSilently => SessionState.Ended,
            _ => SessionState.Listening,
        };
    }

    private void SendPacket(ReadOnlySpan<byte> content)
    {
        _lastPacket.ResetWrittenCount();
        if (_context.Reply.HasRuns)
        {
            PacketWriter.WriteRuns(_lastPacket, content);
        }
        else
        {
            PacketWriter.Write(_lastPacket, content);
        }

        _output.Write(_lastPacket.WrittenSpan);
    }
}
