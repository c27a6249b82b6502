using System.Text;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Sessions;

/// <summary>What handlers share: the target, what this connection agreed on, and the reply being written.</summary>
internal sealed class SessionContext(IDebugTarget target, ConsoleOutput console)
{
    /// <summary>The longest content either way, announced as PacketSize: 64 KiB of memory in one, and its header.</summary>
    public const int PacketSize = 0x20100;

    public IDebugTarget Target { get; } = target;

    public ConsoleOutput Console { get; } = console;

    public BreakpointSet Breakpoints { get; } = new(target);

    public FlashProgram Flash { get; } = new(target);

    public ReplyBuilder Reply { get; } = new(PacketSize);

    public ResumeAction PendingResume { get; private set; }

    /// <summary>The peer was sent a call of the guest's, and has not said what came of it.</summary>
    public bool AwaitsFileReply { get; set; }

    /// <summary>What it said; the resume goes on with it.</summary>
    public FileReply? PendingFileReply { get; private set; }

    /// <summary>What is run instead of a resume; false from it ends the server.</summary>
    public Func<Func<bool>, bool>? PendingCommand { get; set; }

    /// <summary>The peer takes thread ids with a process.</summary>
    public bool Multiprocess { get; set; }

    public bool SoftwareBreakReason { get; set; }

    public bool HardwareBreakReason { get; set; }

    /// <summary>The peer shows <c>E.text</c>.</summary>
    public bool ErrorText { get; set; }

    /// <summary>The peer takes <c>Enn;text</c>, the text in hexadecimal.</summary>
    public bool ErrorStrings { get; set; }

    /// <summary>
    /// The peer wants to be told of a watched access when it has passed it: LLDB would step over it forward even on its
    /// way back, and find it again and again.
    /// </summary>
    public bool WatchesAfterAccess { get; set; } = target.Description.WatchesAfterAccess;

    /// <summary>
    /// The peer's write watchpoints (Z2) mean every write. gdb's mean a change: it goes on where the value is what it was, after
    /// a step and a look for each such write.
    /// </summary>
    public bool WatchesEveryWrite { get; set; }

    /// <summary>The peer looks anew at a guest that a monitor command has moved: no need to tell its user to.</summary>
    public bool RefreshesItself { get; set; }

    /// <summary>Stop replies name all threads.</summary>
    public bool ThreadsInStopReply { get; set; }

    public bool NoAcknowledgements { get; set; }

    /// <summary>The peer means to restart guests, so that killing one does not end the server.</summary>
    public bool Extended { get; set; }

    /// <summary>Only an echo: the CPUs so far have no memory management to look behind.</summary>
    public bool PhysicalMemory { get; set; }

    /// <summary>The peer said it takes a stop reply's thread; ids depend on <see cref="Multiprocess"/>.</summary>
    public string Thread => ThreadId.Text(Multiprocess);

    public Answer Ok() => Send("OK");

    /// <summary>The reply to a packet that is not served.</summary>
    public Answer Unknown() => Answer.Reply;

    public Answer Send(string text)
    {
        Reply.Text(text);
        return Answer.Reply;
    }

    public Answer Error(byte number)
    {
        Reply.Clear();
        Reply.Text("E").Hex(number);
        return Answer.Reply;
    }

    /// <summary>
    /// OK, or the target's reason. What the peer can't show now, as notes and often reasons, it gets with the next stop or
    /// command.
    /// </summary>
    public Answer Result(WriteResult result)
    {
        if (result.Error is null)
        {
            if (result.Note is { } note)
            {
                Console.Later(note + "\n");
            }

            return Ok();
        }

        if (ErrorText)
        {
            return Send("E." + result.Error);
        }

        if (ErrorStrings)
        {
            Error(Errors.Refused);
            Reply.Text(";").Hex(Encoding.UTF8.GetBytes(result.Error));
            return Answer.Reply;
        }

        Console.Later(result.Error + "\n");
        return Error(Errors.Refused);
    }

    public Answer Resume(ResumeAction action)
    {
        PendingResume = action;
        PendingFileReply = null;
        AwaitsFileReply = false;
        return Answer.Resume;
    }

    /// <summary>Goes on with the resume that a call of the guest's ended.</summary>
    public Answer ResumeWith(FileReply reply)
    {
        PendingFileReply = reply;
        AwaitsFileReply = false;
        return Answer.Resume;
    }

    public Answer Stopped(DebugStop stop)
    {
        StopReply.Write(stop, this);
        return Answer.Reply;
    }
}
