using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Packets;

/// <summary><c>Fresult[,error[,C]]</c>: the debugger has made the call that it was sent, and the guest runs on.</summary>
internal sealed class FileCallReply : PacketHandler
{
    public override string Name => "F";

    public override Answer Handle(PacketArguments arguments, SessionContext context)
    {
        if (!context.AwaitsFileReply)
        {
            return context.Unknown();
        }

        var negative = arguments.TryTake("-"u8);
        var (error, interrupted) = (0ul, false);
        if (!arguments.TryTakeNumber(out var result) || result > int.MaxValue
            || (arguments.TryTake(","u8) && !(arguments.TryTakeNumber(out error) && error <= int.MaxValue)))
        {
            return context.Error(Errors.BadPacket);
        }

        interrupted = arguments.TryTake(",C"u8);
        return context.ResumeWith(new FileReply(negative ? -(long)result : (long)result, (int)error, interrupted));
    }
}
